// Writes Stripe's parsed answer in one pass, and records what it leaves out.
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
    // Everything unchanged, including nulls and empty values, without amounts in words.
    bool plain = false;
    // The member `object` of an object names its kind, as at Stripe.
    bool typed = true;
    tenancy::redaction_set redact = 0;
    // Strings may contain keys or client secrets: see may_hold_secrets.
    bool secrets = false;
    // See answer_rules; empty: all kinds may be read.
    std::function<bool(std::string_view object)> may_read{};
    // A member of a row that is not written, since the answer has one of this name already.
    std::string_view replaced{};
};

// Writes rows (a row is one of Stripe's objects) into a text. The paths keep views of names in the
// document, which must outlive them.
class answer_writer {
public:
    answer_writer(flat_text& out, answer_paths& paths, const writing_rules& rules)
        : out_(out), paths_(paths), rules_(rules) {}

    // A member at the top level of the last row: the begin and end of its text.
    struct span {
        path_id path = no_path;
        std::size_t begin = 0, end = 0;
    };
    // An array below a row that was not shown whole.
    struct cut_array {
        path_id path = no_path;
        std::size_t shown = 0, total = 0;
    };

    // Limits each array of objects below a row to this many items.
    void limit_nested(std::size_t items) { nested_max_ = items; }

    // Appends the row. A row that is not an object is written unchanged.
    void row(simdjson::dom::element value);
    // Appends `"name":value`, or nothing if the value is empty. The member belongs to the page
    // itself, not to a row.
    void page_member(std::string_view name, simdjson::dom::element value);

    const std::vector<span>& last_row() const { return spans_; }
    const std::vector<cut_array>& cut_arrays() const { return cut_; }
    // Kinds of objects in events that may not be read, without duplicates.
    const std::vector<std::string_view>& hidden_kinds() const { return hidden_kinds_; }
    void forget_cuts() { cut_.clear(); }

private:
    // An object and its outer objects, in which the currency of an amount is looked up.
    struct frame {
        frame* around;
        simdjson::dom::object object;
        std::string_view currency;
        bool looked = false;
    };

    // Returns false if it wrote nothing because the value is empty.
    bool value(simdjson::dom::element from, path_id at, frame* around);
    bool object(simdjson::dom::object from, path_id at, frame* around);
    bool hash(simdjson::dom::object from, path_id at, frame& own);
    // True if the hash at `at` holds an event's object.
    bool is_event_data(path_id at) const;
    // True if the event's object is of a kind that may not be read: only its id and kind are
    // written.
    bool hides_event_object(simdjson::dom::object data) const;
    bool reference(simdjson::dom::object to);
    bool list(simdjson::dom::object from, path_id at, frame& own);
    bool array(simdjson::dom::array from, path_id at, frame* around);
    bool string(std::string_view text, bool id);
    // Writes a time in readable form; false if the value is not a time.
    bool time(simdjson::dom::element from);
    // Writes a member's name, which may itself contain a secret.
    void put_name(std::string_view name);
    // Writes the member with a comma before it, or nothing.
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

// True for null, the empty string, and hashes and arrays that contain nothing else.
bool is_empty(simdjson::dom::element value);

}  // namespace tollgate::stripe
