// What the tests of rules on calls have in common: rules made ready, and calls decided by them.
#pragma once
#include <catch2/catch.hpp>

#include "tenancy/policy/decide.hpp"
#include "tenancy/policy/rule_reader.hpp"
#include "tests/support/tool_directory.hpp"

namespace tollgate::policy_test {

using namespace tollgate::tenancy;

inline const test::small_directory directory;
inline constexpr std::string_view refund = "create_a_stripe_refund";

inline std::shared_ptr<const policy> policy_of(std::string_view rules,
                                               layer where = layer::server) {
    auto read = read_rules(rules, "rules");
    INFO((read ? std::string{} : read.error().field + ": " + read.error().message));
    REQUIRE(read.has_value());
    auto made = make_policy(std::move(*read), where, 7, "mcp_1", directory, "rules");
    INFO((made ? std::string{} : made.error().field + ": " + made.error().message));
    REQUIRE(made.has_value());
    return *made;
}

inline base::failure mistake_in(std::string_view rules) {
    auto read = read_rules(rules, "rules");
    if (!read) return read.error();
    auto made = make_policy(std::move(*read), layer::server, 1, "mcp_1", directory, "rules");
    REQUIRE(made.has_error());
    return made.error();
}

struct asked_call {
    std::string_view tool = refund;
    method kind = method::create;
    std::string_view now = "2026-11-30T10:00:00Z";
};

inline decision decision_on(const call_policies& rules, std::string_view arguments,
                            const asked_call& about = {}) {
    simdjson::dom::parser parser;
    const simdjson::padded_string padded{arguments};
    simdjson::dom::object object;
    REQUIRE(parser.parse(padded).get(object) == simdjson::SUCCESS);
    call_charges charges;
    return decide(rules, {about.tool, about.kind, object, base::parse_timestamp(about.now).value()},
                  charges);
}

inline decision decision_on(std::string_view rules, std::string_view arguments,
                            const asked_call& about = {}) {
    call_policies all{.tools = &directory, .team = {}, .account = {}, .server = policy_of(rules)};
    return decision_on(all, arguments, about);
}

inline bool allowed(std::string_view rules, std::string_view arguments,
                    const asked_call& about = {}) {
    return decision_on(rules, arguments, about).outcome == effect::allow;
}

inline std::vector<storage::cap_claim> claims(std::string_view rules, std::string_view arguments,
                                              const asked_call& about = {}) {
    const call_policies all{
        .tools = &directory, .team = {}, .account = {}, .server = policy_of(rules)};
    simdjson::dom::parser parser;
    const simdjson::padded_string padded{arguments};
    simdjson::dom::object object;
    REQUIRE(parser.parse(padded).get(object) == simdjson::SUCCESS);
    call_charges charges;
    CHECK(decide(all, {about.tool, about.kind, object, base::parse_timestamp(about.now).value()},
                 charges)
              .outcome == effect::allow);
    std::vector<storage::cap_claim> out;
    for (const auto& one : charges.caps) out.push_back(one.claim);
    return out;
}

}  // namespace tollgate::policy_test
