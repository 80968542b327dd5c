// Arguments in the audit log: what says which call it was is kept, and no text of a person.
#include "stripe/tools/redacted_arguments.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include <string>

#include "stripe/catalog/catalog.hpp"

namespace redacted_arguments_test {

using namespace tollgate;
using namespace tollgate::stripe;
using nlohmann::json;

namespace {

// What must never be in a record: a word, a name with an address, and a card.
const std::string canary = "Ada kanarienvogel <ada@example.com> 4242424242424242";
constexpr int birth_canary = 19371;  // a number of somebody's birth, or of a card's expiry

bool leaks(const std::string& text) {
    for (const char* part : {"kanarienvogel", "Ada", "example.com", "4242424242424242", "19371"})
        if (text.find(part) != std::string::npos) return true;
    return false;
}

bool is_personal(std::string_view name) {
    return name == "dob" || name == "date_of_birth" || name == "exp_month" || name == "exp_year";
}

// A value of the parameter's form `turn` in which every number and text is the birth's canary.
json filled_personal(const parameter& as, std::size_t turn) {
    if (as.type() == value_type::any_of && !as.children().empty())
        return filled_personal(as.children()[turn % as.children().size()], turn);
    if (as.type() == value_type::object) {
        json out = json::object();
        for (const parameter& child : as.children())
            out[std::string{child.name()}] = filled_personal(child, turn);
        return out;
    }
    return turn % 2 == 0 ? json(birth_canary) : json(std::to_string(birth_canary));
}

// A value of the parameter's form `turn` with a canary wherever a text may be.
json filled(const parameter& as, std::size_t turn, int depth) {
    if (is_personal(as.name())) return filled_personal(as, turn);
    switch (as.type()) {
        case value_type::integer:
        case value_type::number:
            return turn % 2 == 0 ? json(4242424242424242) : json(canary);
        case value_type::boolean:
            return turn % 2 == 0 ? json(true) : json(canary);
        case value_type::range:
            return turn % 2 == 0 ? json{{"gte", canary}, {canary, 1}} : json(canary);
        case value_type::map:
            return json{{canary, canary}, {"kanarienvogel", {{canary, canary}}}};
        case value_type::array:
            if (as.children().empty()) return json::array({canary});
            return json::array({filled(as.children().front(), turn, depth + 1), canary});
        case value_type::object: {
            json out = {{canary, canary}};
            if (depth > 6) return out;
            for (const parameter& child : as.children())
                out[std::string{child.name()}] = filled(child, turn, depth + 1);
            return out;
        }
        case value_type::any_of:
            if (as.children().empty()) return canary;
            return filled(as.children()[turn % as.children().size()], turn, depth + 1);
        default:
            return turn == 2 ? json{{canary, canary}} : json(canary);
    }
}

json shown(const char* tool, const json& arguments) {
    return json::parse(redacted_arguments(tool, arguments.dump()));
}

}  // namespace

TEST_CASE("redacted arguments: no text of any argument of any tool is in the record", "[stripe]") {
    std::size_t members = 0;
    for (const operation& called : operations()) {
        if (!called.exposed()) continue;
        for (std::size_t turn = 0; turn < 3; ++turn) {
            json all = {{canary, canary}, {"operation_key", canary}, {"where", {{{"f", canary}}}}};
            for (const parameter& one : called.parameters()) {
                json call = {{std::string{one.name()}, filled(one, turn, 0)}};
                all.update(call);
                const std::string alone = redacted_arguments(called.tool_name(), call.dump());
                INFO(called.tool_name() << " " << one.name() << " " << alone);
                REQUIRE(json::accept(alone));
                REQUIRE_FALSE(leaks(alone));
                REQUIRE(alone.size() <= redacted_arguments_bytes_max);
                ++members;
            }
            const std::string whole = redacted_arguments(called.tool_name(), all.dump());
            REQUIRE(json::accept(whole));
            REQUIRE_FALSE(leaks(whole));
            REQUIRE(whole.size() <= redacted_arguments_bytes_max);
        }
    }
    CHECK(members > 1000);
}

TEST_CASE("redacted arguments: ids, amounts, currencies, named values and flags are kept",
          "[stripe]") {
    const json refund = shown("create_a_stripe_refund", {{"charge", "ch_3MmlLrLkdIwHu7ix"},
                                                         {"amount", 500},
                                                         {"reason", "duplicate"},
                                                         {"metadata", {{"order", "6735"}}},
                                                         {"operation_key", "order-6735"}});
    CHECK(refund == json{{"charge", "ch_3MmlLrLkdIwHu7ix"},
                         {"amount", 500},
                         {"reason", "duplicate"},
                         {"metadata", "[1 entries]"},
                         {"[others]", 1}});
    const json customer =
        shown("create_a_stripe_customer", {{"name", "Zoë"}, {"email", "z@example.com"}});
    CHECK(customer ==
          json{{"name", "[text of 3 characters]"}, {"email", "[text of 13 characters]"}});
}

TEST_CASE("redacted arguments: a date of birth and a card's expiry are not kept", "[stripe]") {
    std::size_t seen = 0;
    for (const operation& called : operations()) {
        const parameter* individual = called.find_parameter("individual");
        if (!called.exposed() || individual == nullptr) continue;
        for (const json& year : {json(1937), json("1937")}) {
            const json out =
                shown(std::string{called.tool_name()}.c_str(),
                      {{"individual", {{"dob", {{"day", 5}, {"month", 11}, {"year", year}}}}}});
            const json& dob = out["individual"]["dob"];
            CHECK(dob["day"] == "[number]");
            CHECK(dob["month"] == "[number]");
            CHECK((dob["year"] == "[number]" || dob["year"] == "[text of 4 characters]"));
            ++seen;
        }
    }
    CHECK(seen > 0);
}

TEST_CASE("redacted arguments: a secret or a token is not an id", "[stripe]") {
    for (const char* text : {"pi_3MtwBwLkdIwHu7ix28a3tqPa_secret_YrKJUKribcBjcG8HVhfZluoGH",
                             "tok_1N3T00LkdIwHu7ixt44h1F8k", "ch_kanarienvogel", "ch_1"}) {
        const json out = shown("create_a_stripe_refund", {{"charge", text}});
        CHECK(out["charge"].get<std::string>().starts_with("[text of "));
    }
}

TEST_CASE("redacted arguments: what is too long is left out, and counted", "[stripe]") {
    json items = json::array();
    for (int i = 0; i < 500; ++i) items.push_back("x" + std::to_string(i));
    const json out = shown("create_a_stripe_refund", {{"expand", items}, {"amount", 5}});
    CHECK(out == json{{"amount", 5}, {"[cut]", 1}});
    CHECK(redacted_arguments("no_such_tool", "{}").empty());
    CHECK(redacted_arguments("create_a_stripe_refund", "[]").empty());
}

}  // namespace redacted_arguments_test
