// What is read from a stored record for counts and events.
#include "tenancy/audit/record_facts.hpp"

#include <catch2/catch.hpp>

namespace record_facts_test {

using namespace tollgate;

namespace {

std::optional<tenancy::record_facts> facts_of(const std::string& entry) {
    simdjson::dom::parser parser;
    return tenancy::facts_of_record(entry, parser);
}

}  // namespace

TEST_CASE("audit facts: what is no JSON object has none", "[tenancy][audit]") {
    for (const std::string entry : {"", "not JSON", R"([{"kind":"call"}])", R"("call")", "7",
                                    R"({"kind":"call")", R"({"kind":"call"} {})"}) {
        INFO(entry);
        CHECK_FALSE(facts_of(entry));
    }
}

TEST_CASE("audit facts: members of another type count as absent", "[tenancy][audit]") {
    struct example {
        std::string entry;
        std::string kind;
        std::int64_t status;
        std::optional<std::int64_t> micros;
    };
    for (const auto& [entry, kind, status, micros] : std::initializer_list<example>{
             {R"({"kind":"call","status":200,"micros":0})", "call", 200, 0},
             {R"({"kind":"call","status":"200","micros":"5"})", "call", 0, {}},
             {R"({"kind":"call","status":200.0,"micros":1.5})", "call", 0, {}},
             {R"({"kind":"call","status":18446744073709551615})", "call", 0, {}},
             {R"({"kind":7,"status":200})", "", 200, {}},
             {R"({"kind":null,"status":null})", "", 0, {}},
             {R"({"kind":{"kind":"call"},"status":[200]})", "", 0, {}},
             {"{}", "", 0, {}}}) {
        INFO(entry);
        const auto found = facts_of(entry);
        REQUIRE(found);
        CHECK(found->kind == kind);
        CHECK(found->status == status);
        CHECK(found->micros == micros);
    }
}

TEST_CASE("audit facts: texts are unescaped, and arguments do not matter", "[tenancy][audit]") {
    const auto found = facts_of(
        R"({"client":"a \"b\" \u00e9\n","arguments":{"kind":"other","amount":1e30},"kind":"call"})");
    REQUIRE(found);
    CHECK(found->client == "a \"b\" \xc3\xa9\n");
    CHECK(found->kind == "call");
}

// No writer of records makes one: arguments have been read by the same parser.
TEST_CASE("audit facts: a record with an integer beyond 64 bits has none", "[tenancy][audit]") {
    CHECK_FALSE(facts_of(R"({"kind":"call","arguments":{"amount":1234567890123456789012345}})"));
}

}  // namespace record_facts_test
