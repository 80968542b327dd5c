#include "stripe/totals/tally.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include <limits>

#include "base/clock.hpp"

namespace tally_test {

using namespace tollgate;
using namespace tollgate::stripe;
using nlohmann::json;

namespace {

json totals(const aggregate_request& aggregate, const json& rows,
            tenancy::redaction_set redact = 0) {
    tally sum{aggregate, "dispute", redact};
    simdjson::dom::parser parser;
    const std::string text = rows.dump();
    for (const auto row : parser.parse(text).get_array()) sum.add(row);
    std::string out = "{";
    sum.write(out);
    return json::parse(out + '}');
}

json row(std::int64_t amount, const char* currency, const char* status) {
    return {{"object", "dispute"}, {"amount", amount}, {"currency", currency}, {"status", status}};
}

}  // namespace

TEST_CASE("stripe tally: nothing asked for is a count", "[stripe][aggregate]") {
    const auto got = totals({}, json::array({row(1, "usd", "won"), row(2, "eur", "lost")}));
    CHECK(got == json{{"rows", 2}, {"all", {{"count", 2}}}});
    CHECK(totals({}, json::array())["rows"] == 0);
}

TEST_CASE("stripe tally: times are put together by days, weeks and months", "[stripe][aggregate]") {
    const auto at = [](const char* when) {
        auto out = row(100, "usd", "won");
        out["created"] = base::to_unix_ms(*base::parse_timestamp(when)) / 1000;
        return out;
    };
    json rows = json::array({at("2026-11-29T23:59:59Z"), at("2026-11-30T00:00:00Z"),
                             at("2026-11-02T12:00:00Z"), at("2027-01-01T12:00:00Z")});
    rows.push_back(row(100, "usd", "won"));
    const auto groups = [&](time_span by) {
        const auto got = totals({.group_by = "created", .value = "amount", .by = by}, rows);
        json out;
        for (const auto& each : got["groups"])
            out.push_back(each["group"].get<std::string>() + ' ' + each["count"].dump());
        return out;
    };
    CHECK(groups(time_span::day) ==
          json{"2026-11-02 1", "2026-11-29 1", "2026-11-30 1", "2027-01-01 1", "none 1"});
    // A week begins on Monday, and the first day of 2027 is in a week of 2026.
    CHECK(groups(time_span::week) ==
          json{"2026-W45 1", "2026-W48 1", "2026-W49 1", "2026-W53 1", "none 1"});
    CHECK(groups(time_span::month) == json{"2026-11 3", "2027-01 1", "none 1"});
    CHECK(totals({.group_by = "created", .value = "", .by = time_span::month}, rows)["group_by"] ==
          "created.month");
}

TEST_CASE("stripe tally: the rows with the largest value are named", "[stripe][aggregate]") {
    json rows = json::array();
    for (const int amount : {30, 50, 10, 50, 40}) {
        auto one = row(amount, "usd", amount > 30 ? "won" : "lost");
        one["id"] = "dp_" + std::to_string(rows.size());
        rows.push_back(one);
    }
    rows.push_back({{"id", "dp_none"}});
    const auto got = totals({.group_by = "status", .value = "amount", .top = 3}, rows);
    CHECK(
        got["top"] ==
        json::array(
            {{{"id", "dp_1"}, {"value", 50}, {"value_formatted", "0.50 USD"}, {"group", "won"}},
             {{"id", "dp_3"}, {"value", 50}, {"value_formatted", "0.50 USD"}, {"group", "won"}},
             {{"id", "dp_4"}, {"value", 40}, {"value_formatted", "0.40 USD"}, {"group", "won"}}}));
    CHECK_FALSE(totals({.group_by = "", .value = "amount"}, rows).contains("top"));
}

TEST_CASE("stripe tally: currencies are never added together", "[stripe][aggregate]") {
    const auto got = totals({.group_by = "status", .value = "amount"},
                            json::array({row(1050, "usd", "won"), row(-50, "usd", "won"),
                                         row(1234, "kwd", "won"), row(7, "jpy", "lost")}));
    const auto& won = got["groups"][0];
    CHECK(won["group"] == "won");
    CHECK(won["count"] == 3);
    CHECK(won["amounts"] == json::array({{{"currency", "kwd"},
                                          {"sum", 1234},
                                          {"sum_formatted", "1.234 KWD"},
                                          {"min", 1234},
                                          {"min_formatted", "1.234 KWD"},
                                          {"max", 1234},
                                          {"max_formatted", "1.234 KWD"}},
                                         {{"currency", "usd"},
                                          {"sum", 1000},
                                          {"sum_formatted", "10.00 USD"},
                                          {"min", -50},
                                          {"min_formatted", "-0.50 USD"},
                                          {"max", 1050},
                                          {"max_formatted", "10.50 USD"}}}));
    CHECK(got["all"]["count"] == 4);
    CHECK(got["all"]["amounts"].size() == 3);
}

TEST_CASE("stripe tally: a sum that leaves the range is no sum", "[stripe][aggregate]") {
    const auto big = std::numeric_limits<std::int64_t>::max();
    const auto got = totals({.group_by = {}, .value = "amount"},
                            json::array({row(big, "usd", "won"), row(1, "usd", "won")}));
    CHECK(got["all"]["amounts"][0]["sum"].is_null());
    CHECK(got["all"]["amounts"][0]["max"] == big);
}

TEST_CASE("stripe tally: rows without the value are counted as such", "[stripe][aggregate]") {
    const auto got =
        totals({.group_by = {}, .value = "amount"}, json::array({row(5, "usd", "won"),
                                                                 {{"object", "dispute"}},
                                                                 {{"amount", "5"}},
                                                                 {{"amount", 1.5}},
                                                                 7}));
    CHECK(got["rows"] == 5);
    CHECK(got["rows_without_value"] == 4);
    CHECK(got["all"]["amounts"][0]["sum"] == 5);
}

TEST_CASE("stripe tally: the number of groups is bounded, their names too", "[stripe][aggregate]") {
    auto rows = json::array();
    for (int i = 0; i < 1000; ++i)
        rows.push_back({{"object", "dispute"},
                        {"reason", std::string(500, 'x') + "y"},
                        {"status", "s" + std::to_string(i)}});
    const auto many = totals({.group_by = "status", .value = {}}, rows);
    CHECK(many["groups"].size() == groups_max + 1);
    CHECK(many["groups"][0] == json{{"group", "(other)"}, {"count", 1000 - groups_max}});
    const auto wide = totals({.group_by = "reason", .value = {}}, rows);
    CHECK(wide["groups"][0]["group"].get<std::string>().size() <= 120);
}

TEST_CASE("stripe tally: names of groups are redacted like any other value",
          "[stripe][aggregate]") {
    const auto rows =
        json::array({{{"object", "dispute"},
                      {"receipt_email", "ada@example.com"},
                      {"client_secret", "pi_1_secret_x"},
                      {"metadata", {{"note", "key rk_test_51abcdefghijk of ada@example.com"}}}}});
    const auto named = [&](const char* path, tenancy::redaction_set redact) {
        return totals({.group_by = path, .value = {}}, rows, redact)["groups"][0]["group"]
            .get<std::string>();
    };
    const auto email = static_cast<tenancy::redaction_set>(tenancy::redaction::email);
    CHECK(named("receipt_email", 0) == "ada@example.com");
    CHECK(named("receipt_email", email) == "[redacted]");
    CHECK(named("client_secret", 0) == "[redacted]");
    CHECK(named("metadata.note", 0).find("rk_test_51") == std::string::npos);
    CHECK(named("metadata.note", email).find("ada@") == std::string::npos);
}

}  // namespace tally_test
