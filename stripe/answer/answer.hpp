// An answer of Stripe as the text a model reads: the fields that are shown, within the budget, with
// what is to be known about it in front.
#pragma once
#include <simdjson.h>

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "stripe/catalog/catalog.hpp"
#include "stripe/request/page_cursor.hpp"
#include "tenancy/rules/serving_rules.hpp"

namespace tollgate::stripe {

struct answer_rules {
    // Stripe's JSON as it came, but for secrets and what is redacted.
    bool raw = false;
    // The answer's budget, as estimate_tokens counts. Rows are dropped from the end of a page, and
    // members from an object, until it is kept.
    std::uint64_t tokens_max = 20'000;
    tenancy::redaction_set redact = 0;
    // Whether objects of a kind may be read; empty: all may. What an event tells of others is cut
    // to kind and id.
    std::function<bool(std::string_view object)> may_read{};
    // Dotted paths that the caller named instead of the defaults; "default" and "*" are words.
    std::span<const std::string> fields;
};

struct answer_place {
    page_cursor current;                    // the page that was asked for
    const cursor_maker* cursors = nullptr;  // null: the tool has no next_cursor
};

// True for operations that answer with a page of rows.
bool is_page(const operation& called) noexcept;

// When an answer was made, and of what kind its money is.
struct answer_setting {
    std::string today;       // the date in UTC, or empty: then neither is told
    std::string_view money;  // "real", "test" or "sandbox"
};

// What the gateway has to say about the answer, before Stripe's members.
struct answer_remarks {
    answer_setting setting{};
    std::string summary;             // one sentence, or empty
    std::vector<std::string> notes;  // sentences
};

// The text of `answer`, one JSON object without white space: `summary`, `today`, `money`,
// `next_cursor` (pages only; null when there is no more), `notes`, `omitted`, `untrusted_text`,
// then Stripe's members. Never half a JSON document, and nothing left out that is not named.
// `secrets`: see may_hold_secrets. Pure; any thread.
std::string shape_answer(const operation& called, simdjson::dom::element answer,
                         const answer_rules& rules, const answer_place& place,
                         answer_remarks remarks, bool secrets);

}  // namespace tollgate::stripe
