// What the tests of shaping share: answers made of text, cursors one can read.
#pragma once
#include <nlohmann/json.hpp>
#include <simdjson.h>

#include <fstream>
#include <string>
#include <vector>

#include "stripe/answer/answer.hpp"
#include "stripe/answer/secret_marks.hpp"
#include "stripe/answer/text.hpp"
#include "tests/support/source_dir.hpp"

namespace shaping {

using nlohmann::json;
namespace stripe = tollgate::stripe;

class readable_cursors final : public stripe::cursor_maker {
public:
    std::string seal(const stripe::page_cursor& where) const override {
        return where.token + "+" + std::to_string(where.skip);
    }
};

struct answer_rules {
    std::vector<std::string> fields = {};
    std::uint64_t tokens_max = 20'000;
    bool raw = false;
    tollgate::tenancy::redaction_set redact = 0;
    stripe::page_cursor page = {};
};

inline std::string shaped_text(const std::string& tool, const std::string& answer,
                               const answer_rules& wanted = {}) {
    simdjson::dom::parser parser;
    const simdjson::padded_string padded{answer};
    const simdjson::dom::element whole = parser.parse(padded);
    const readable_cursors cursors;
    stripe::answer_rules rules;
    rules.raw = wanted.raw;
    rules.tokens_max = wanted.tokens_max;
    rules.redact = wanted.redact;
    rules.fields = wanted.fields;
    const auto& called = *stripe::find_operation(tool);
    return stripe::shape_answer(called, whole, rules, {wanted.page, &cursors}, {},
                                stripe::may_hold_secrets(answer));
}

inline json shaped(const std::string& tool, const std::string& answer,
                   const answer_rules& wanted = {}) {
    return json::parse(shaped_text(tool, answer, wanted));
}

// Stripe's sample objects by name.
inline const json& samples() {
    static const json all = [] {
        std::ifstream in(tollgate::test::source_file("tests/fixtures/stripe_objects.json"));
        return json::parse(in)["resources"];
    }();
    return all;
}

// A page of Stripe's with these rows.
inline std::string page_of(const json& rows, bool more = false) {
    return json{{"object", "list"}, {"url", "/v1/x"}, {"has_more", more}, {"data", rows}}.dump();
}

}  // namespace shaping
