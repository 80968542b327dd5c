// One pass over Stripe's parsed answer: what is shown is written, what is not is remembered.
#pragma once
#include <simdjson.h>

#include <cstdint>
#include <functional>
#include <string_view>
#include <vector>

#include "stripe/answer/paths.hpp"
#include "stripe/answer/text.hpp"
#include "tenancy/rules/serving_rules.hpp"

namespace tollgate::stripe {

struct writing_rules {
    // Everything as it came, nulls and empties too, without renderings of money.
    bool plain = false;
    tenancy::redaction_set redact = 0;
    // Strings may hold keys or client secrets: see may_hold_secrets.
    bool secrets = false;
    // See answer_rules; empty: all may be read.
    std::function<bool(std::string_view object)> may_read{};
};

// Writes rows (a row is one of Stripe's objects) into a text. Names of the document are kept in the
// paths, so the document must outlive them.
class answer_writer {
public:
    answer_writer(flat_text& out, answer_paths& paths, const writing_rules& rules)
        : out_(out), paths_(paths), rules_(rules) {}

    // A member of the last row at its own level: where its text begins and ends.
    struct span {
        path_id path = no_path;
        std::size_t begin = 0, end = 0;
    };
    // An array below the rows that was not shown whole.
    struct cut_array {
        path_id path = no_path;
        std::size_t shown = 0, total = 0;
    };

    // At most so many items of each array of objects below a row.
    void limit_nested(std::size_t items) { nested_max_ = items; }

    // Appends the row. A row that is no object is written as it is.
    void row(simdjson::dom::element value);
    // Appends `"name":value`, and nothing at all when that is empty. The member is one of the page
    // itself, which belongs to no row.
    void page_member(std::string_view name, simdjson::dom::element value);

    const std::vector<span>& last_row() const { return spans_; }
    const std::vector<cut_array>& cut_arrays() const { return cut_; }
    // Kinds of objects that events tell of and that may not be read, each once.
    const std::vector<std::string_view>& hidden_kinds() const { return hidden_kinds_; }
    void forget_cuts() { cut_.clear(); }

private:
    // An object and those around it: where the currency of an amount is looked for.
    struct frame {
        frame* around;
        simdjson::dom::object object;
        std::string_view currency;
        bool looked = false;
    };

    // Each returns false when it wrote nothing: the value is empty.
    bool value(simdjson::dom::element from, path_id at, frame* around);
    bool object(simdjson::dom::object from, path_id at, frame* around);
    bool hash(simdjson::dom::object from, path_id at, frame& own);
    // The place is the hash that tells what an event is about.
    bool is_event_data(path_id at) const;
    // The event's object is of a kind that may not be read: only its id and kind are written.
    bool hides_event_object(simdjson::dom::object data) const;
    bool reference(simdjson::dom::object to);
    bool list(simdjson::dom::object from, path_id at, frame& own);
    bool array(simdjson::dom::array from, path_id at, frame* around);
    bool string(std::string_view text, bool id);
    // A time as people read it; false when it is none.
    bool time(simdjson::dom::element from);
    // A member's name: its own may hold what must not be shown.
    void put_name(std::string_view name);
    // Writes the member with the comma before it, or nothing.
    bool member(std::string_view name, simdjson::dom::element from, path_id at, frame& own,
                bool first);
    bool hidden(const path_node& node, simdjson::dom::element from);
    void rendering(std::int64_t amount, path_id at, frame& own);
    static std::string_view currency_of(std::string_view name, frame& own);

    flat_text& out_;
    answer_paths& paths_;
    writing_rules rules_;
    std::size_t nested_max_ = static_cast<std::size_t>(-1);
    std::vector<span> spans_;
    std::vector<cut_array> cut_;
    std::vector<std::string_view> hidden_kinds_;
};

// True for null, the empty string, and hashes and arrays that hold nothing else.
bool is_empty(simdjson::dom::element value);

}  // namespace tollgate::stripe
