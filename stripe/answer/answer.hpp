// Turns an answer of Stripe into the text that a model reads: the shown fields, within the budget,
// after the facts about the answer.
#pragma once
#include <simdjson.h>

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "stripe/catalog/catalog.hpp"
#include "stripe/request/page_cursor.hpp"
#include "tenancy/rules/serving_rules.hpp"

namespace tollgate::stripe {

struct answer_rules {
    // Stripe's JSON unchanged, except secrets and redacted values.
    bool raw = false;
    // For a service other than Stripe: every value is shown unchanged, and no member has its
    // meaning at Stripe. Without `fields`, everything is shown.
    bool verbatim = false;
    // The answer's budget, as counted by estimate_tokens. Rows are dropped from the end of a page,
    // and members from an object, until the text fits.
    std::uint64_t tokens_max = 20'000;
    tenancy::redaction_set redact = 0;
    // Which kinds of objects may be read; empty: all. In events, an object of any other kind is
    // reduced to kind and id.
    std::function<bool(std::string_view object)> may_read{};
    // Dotted paths that the caller named instead of the defaults; "default" and "*" have a special
    // meaning.
    std::span<const std::string> fields;
};

struct answer_place {
    page_cursor current;                    // the requested page
    const cursor_maker* cursors = nullptr;  // null: the tool has no next_cursor
    // The id of the last row of a list's page before rows were left out; empty if none were left
    // out.
    std::string_view after{};
    // The cursor after an answer of a service, which is one page; empty: it was the last. It is not
    // given if the answer had to be cut: what was cut would never be seen. Nothing: no pages.
    std::optional<std::string> next{};
};

// True for operations that return a page of rows.
bool is_page(const operation& called) noexcept;

// When an answer was made, and the kind of its money.
struct answer_setting {
    std::string today;       // the date in UTC; if empty, neither is shown
    std::string_view money;  // "real", "test" or "sandbox"
};

// The gateway's remarks on the answer, before Stripe's members.
struct answer_remarks {
    answer_setting setting{};
    std::string summary;             // one sentence, or empty
    std::vector<std::string> notes;  // sentences
};

// The text of `answer`, one JSON object without white space: `summary`, `today`, `money`,
// `next_cursor` (pages only; null on the last page), `notes`, `omitted`, `untrusted_text`, then
// Stripe's members. Always a complete JSON document; everything left out is named. `secrets`: see
// may_hold_secrets. Pure; any thread.
std::string shape_answer(const operation& called, simdjson::dom::element answer,
                         const answer_rules& rules, const answer_place& place,
                         answer_remarks remarks, bool secrets);

}  // namespace tollgate::stripe
