#include <catch2/catch.hpp>

#include "stripe/answer/tokens.hpp"
#include "stripe/catalog/members.hpp"
#include "tests/unit/stripe/answer/support.hpp"

namespace answer_test {

using namespace tollgate::stripe;
using shaping::answer_rules;
using shaping::json;
using shaping::page_of;
using shaping::shaped;
using shaping::shaped_text;

namespace {

const std::string charges = "list_all_stripe_charges";
const std::string charge = "get_single_stripe_charge_by_id";

json many_charges(std::size_t count) {
    json rows = json::array();
    for (std::size_t i = 0; i < count; ++i) {
        json row = shaping::samples()["charge"];
        row["id"] = "ch_" + std::to_string(i);
        row["amount"] = 100 + i;
        rows.push_back(row);
    }
    return rows;
}

std::vector<std::string> ids(const json& page) {
    std::vector<std::string> out;
    for (const auto& row : page["data"]) out.push_back(row["id"]);
    return out;
}

}  // namespace

TEST_CASE("shape answer: default fields are shown, the others named once, empties dropped",
          "[shape]") {
    const auto out = shaped(charge, R"({"id":"ch_1","object":"charge","amount":5,"currency":"usd",
        "description":null,"metadata":{},"livemode":false,"receipt_email":"","fraud_details":{},
        "outcome":{"risk_level":"normal","network_status":"approved","reason":null},"refunds":null})");
    CHECK(out["id"] == "ch_1");
    CHECK(out["object"] == "charge");
    CHECK(out["outcome"] == json{{"risk_level", "normal"}});
    for (const auto* gone : {"description", "metadata", "receipt_email", "livemode", "refunds"})
        CHECK_FALSE(out.contains(gone));
    // It is one field, and there is no room for its name before so small an object.
    CHECK(out["omitted"] == 1);
}

TEST_CASE("shape answer: what stands before one object is 12 % of its answer at most", "[shape]") {
    const auto tool_of = [](const std::string& object) -> std::string {
        for (const auto& one : tollgate::stripe::operations())
            if (one.exposed() && one.kind() == tollgate::tenancy::method::get &&
                one.response_objects().size() == 1 && one.response_objects().front() == object)
                return std::string(one.tool_name());
        return {};
    };
    std::size_t looked = 0;
    for (const auto& [object, sample] : shaping::samples().items()) {
        const auto tool = tool_of(object);
        if (tool.empty()) continue;
        const auto text = shaped_text(tool, sample.dump());
        auto bare = json::parse(text);
        const bool names = bare.contains("omitted") || bare.contains("untrusted_text");
        for (const auto* before : {"omitted", "untrusted_text"}) {
            if (!bare.contains(before)) continue;
            bare.erase(before);
        }
        // Two names of strangers' texts are told before small objects too.
        const auto body = bare.dump().size();
        if (body < 640 || !names) continue;
        ++looked;
        INFO(object << ' ' << text.substr(0, 300));
        CHECK((text.size() - body) * 100 <= text.size() * 12);
    }
    CHECK(looked > 3);
}

TEST_CASE("shape answer: a bit that is the same for every object is not among what was left out",
          "[shape]") {
    const json row{{"id", "ch_1"}, {"object", "charge"}, {"amount", 5}, {"livemode", true}};
    CHECK_FALSE(shaped(charge, row.dump()).contains("omitted"));
    CHECK_FALSE(shaped(charges, page_of(json::array({row}))).contains("omitted"));
    CHECK(shaped(charge, row.dump(), {.fields = {"livemode"}})["livemode"] == true);
}

TEST_CASE("shape answer: what is about the answer comes first", "[shape]") {
    json rows = many_charges(2);
    const auto text = shaped_text(charges, page_of(rows, true));
    CHECK(text.starts_with(R"({"next_cursor":"ch_1+0","omitted":)"));
    CHECK(text.find("\"omitted\"") < text.find("\"untrusted_text\""));
    CHECK(text.find("\"untrusted_text\"") < text.find("\"object\":\"list\""));
    CHECK(text.find("\"has_more\":true") < text.find("\"data\":["));
    CHECK(json::parse(text)["data"].size() == 2);
    CHECK_FALSE(json::parse(text).contains("url"));
}

TEST_CASE("shape answer: an expanded object is shown by its own defaults", "[shape]") {
    json row = shaping::samples()["charge"];
    row["customer"] = shaping::samples()["customer"];
    row["customer"]["email"] = "a@b.c";
    const auto out = shaped(charge, row.dump());
    CHECK(out["customer"]["email"] == "a@b.c");
    CHECK(out["customer"]["object"] == "customer");
    const auto part = shaped(charge, row.dump(), {.fields = {"customer.email"}});
    CHECK(part["customer"] ==
          json{{"id", row["customer"]["id"]}, {"object", "customer"}, {"email", "a@b.c"}});
    CHECK_FALSE(part.contains("amount"));
    CHECK_FALSE(part.contains("omitted"));
    CHECK(part["id"] == row["id"]);
}

TEST_CASE("shape answer: named fields replace the defaults, default stands for them, * for all",
          "[shape]") {
    const auto sample = shaping::samples()["charge"].dump();
    const auto named = shaped(charge, sample, {.fields = {"amount", "outcome"}});
    CHECK(named.contains("amount"));
    CHECK(named["outcome"] == json{{"type", "type"}});
    CHECK_FALSE(named.contains("status"));
    const auto both = shaped(charge, sample, {.fields = {"default", "outcome.type"}});
    CHECK(both.contains("status"));
    CHECK(both["outcome"].contains("type"));
    const auto all = shaped(charge, sample, {.fields = {"*"}});
    CHECK(all.contains("livemode"));
    CHECK_FALSE(all.contains("omitted"));
    const auto below = shaped(charge, sample, {.fields = {"payment_method_details.*"}});
    CHECK(below["payment_method_details"]["card"].contains("funding"));
    // A field that was asked for is answered when it is empty.
    const auto empty = shaped(charge, sample, {.fields = {"failure_code"}});
    CHECK(empty.contains("failure_code"));
    CHECK(empty["failure_code"].is_null());
}

TEST_CASE("shape answer: a field that nothing has is said, with the nearest", "[shape]") {
    const auto out = shaped(charges, page_of(many_charges(1)),
                            {.fields = {"amont", "data[].currency", "zebra", "card.brand"}});
    REQUIRE(out["notes"].size() == 3);
    CHECK(out["notes"][0].get<std::string>().find("'amont'; the nearest is 'amount'") !=
          std::string::npos);
    CHECK(out["notes"][1].get<std::string>().find("payment_method_details.card.brand") !=
          std::string::npos);
    CHECK(out["notes"][2].get<std::string>().find("'zebra'.") != std::string::npos);
    CHECK(out["data"][0].contains("currency"));
    CHECK_FALSE(shaped(charges, page_of(json::array()), {.fields = {"zebra"}}).contains("notes"));
}

TEST_CASE("shape answer: a page over the budget loses whole rows and goes on exactly behind them",
          "[shape]") {
    const json rows = many_charges(100);
    std::vector<std::string> seen;
    const auto text = shaped_text(charges, page_of(rows, false), {.tokens_max = 4000});
    const auto page = json::parse(text);
    CHECK(estimate_tokens(text) <= 4000);
    CHECK(estimate_tokens(text) > 3000);
    CHECK(page["has_more"] == true);
    seen = ids(page);
    REQUIRE(seen.size() > 3);
    REQUIRE(seen.size() < 100);
    CHECK(page["next_cursor"] == seen.back() + "+0");
    CHECK(page["notes"][0].get<std::string>().starts_with("Showing " + std::to_string(seen.size()) +
                                                          " of 100 rows of this page"));
    for (std::size_t i = 0; i < seen.size(); ++i) CHECK(seen[i] == "ch_" + std::to_string(i));
    // Every row that is there is whole.
    CHECK(page["data"].back()["status"] == rows[0]["status"]);
}

TEST_CASE("shape answer: a search goes on behind the rows shown, on the same page of Stripe's",
          "[shape]") {
    const json rows = many_charges(100);
    const std::string body = json{
        {"object", "search_result"},
        {"url", "/v1/charges/search"},
        {"has_more", true},
        {"next_page", "page-2"},
        {"data", rows}}.dump();
    std::vector<std::string> seen;
    page_cursor at{"page-1", 0};
    std::string next;
    for (int turn = 0; turn < 100; ++turn) {
        const auto page =
            shaped("search_all_stripe_charges", body, {.tokens_max = 6000, .page = at});
        for (const auto& id : ids(page)) seen.push_back(id);
        next = page["next_cursor"];
        if (!next.starts_with("page-1+")) break;
        CHECK(page["has_more"] == true);
        at.skip = static_cast<std::uint32_t>(std::stoul(next.substr(7)));
        CHECK(at.skip == seen.size());
    }
    CHECK(next == "page-2+0");
    REQUIRE(seen.size() == 100);
    for (std::size_t i = 0; i < seen.size(); ++i) CHECK(seen[i] == "ch_" + std::to_string(i));
}

TEST_CASE("shape answer: a row over a small budget still shows what fits", "[shape]") {
    const auto text =
        shaped_text(charges, page_of(many_charges(3)), {.fields = {"*"}, .tokens_max = 600});
    const auto page = json::parse(text);
    CHECK(estimate_tokens(text) <= 600);
    REQUIRE(page["data"].size() == 1);
    CHECK(page["data"][0].size() > 6);
    CHECK(page["next_cursor"] == "ch_0+0");
}

TEST_CASE("shape answer: rows without ids have no cursor, and the note does not promise one",
          "[shape]") {
    json rows = json::array();
    for (int i = 0; i < 50; ++i) rows.push_back({{"object", "x"}, {"n", std::string(200, 'a')}});
    const auto page = shaped(charges, page_of(rows, false), {.tokens_max = 700});
    CHECK(page["next_cursor"].is_null());
    CHECK(page["has_more"] == true);
    CHECK(page["notes"][0].get<std::string>().find("next_cursor") == std::string::npos);
    CHECK(page["notes"][0].get<std::string>().find("max_tokens") != std::string::npos);
}

TEST_CASE("shape answer: rows that a cursor skips are not shown again, even if there are fewer",
          "[shape]") {
    const std::string body = json{
        {"object", "search_result"},
        {"has_more", true},
        {"next_page", "p2"},
        {"data",
         many_charges(3)}}.dump();
    const std::string tool = "search_all_stripe_charges";
    CHECK(ids(shaped(tool, body, {.page = {"p1", 2}})) == std::vector<std::string>{"ch_2"});
    const auto none = shaped(tool, body, {.page = {"p1", 9}});
    CHECK(none["data"].empty());
    CHECK(none["next_cursor"] == "p2+0");
    CHECK_FALSE(none.contains("notes"));
}

TEST_CASE("shape answer: the last page has no cursor", "[shape]") {
    CHECK(shaped(charges, page_of(many_charges(2)))["next_cursor"].is_null());
    CHECK(shaped(charges, page_of(json::array()))["next_cursor"].is_null());
    const auto empty = shaped(charges, page_of(json::array()));
    CHECK(empty["data"] == json::array());
    CHECK(empty["has_more"] == false);
}

TEST_CASE("shape answer: an object over the budget loses rows of its lists, then members, by name",
          "[shape]") {
    json invoice = shaping::samples()["invoice"];
    json lines = json::array();
    for (int i = 0; i < 300; ++i) {
        json line = shaping::samples()["line_item"];
        line["id"] = "il_" + std::to_string(i);
        lines.push_back(line);
    }
    invoice["lines"] = {{"object", "list"}, {"data", lines}, {"has_more", false}, {"url", "/x"}};
    const std::string tool = "get_single_stripe_invoice_by_id";
    const auto text = shaped_text(tool, invoice.dump(), {.fields = {"*"}, .tokens_max = 5000});
    const auto out = json::parse(text);
    CHECK(estimate_tokens(text) <= 5000);
    REQUIRE(out["lines"]["data"].size() >= 1);
    CHECK(out["lines"]["data"].size() < 300);
    CHECK(out["lines"]["has_more"] == true);
    CHECK(out["notes"][0].get<std::string>() ==
          "lines.data: showing " + std::to_string(out["lines"]["data"].size()) + " of 300 items.");
    invoice["footer"] = std::string(100'000, 'x');
    const auto cut_text = shaped_text(tool, invoice.dump(), {.fields = {"*"}, .tokens_max = 3000});
    const auto cut = json::parse(cut_text);
    CHECK(estimate_tokens(cut_text) <= 3000);
    CHECK_FALSE(cut.contains("footer"));
    CHECK(cut["id"] == invoice["id"]);
    CHECK(cut["notes"].dump().find("footer (") != std::string::npos);
}

TEST_CASE("shape answer: no budget makes half a document of any sample object", "[shape]") {
    for (const auto& [name, sample] : shaping::samples().items()) {
        for (const std::uint32_t most : {500U, 1000U, 20'000U}) {
            for (const bool raw : {false, true}) {
                INFO(name << " in " << most);
                json rows = json::array();
                for (int i = 0; i < 20; ++i) rows.push_back(sample);
                answer_rules wanted;
                wanted.tokens_max = most;
                wanted.raw = raw;
                const auto one = shaped_text(charge, sample.dump(), wanted);
                CHECK(json::accept(one));
                CHECK(estimate_tokens(one) <= most);
                const auto page = shaped_text(charges, page_of(rows, true), wanted);
                REQUIRE(json::accept(page));
                CHECK(estimate_tokens(page) <= most + 40);
                CHECK(json::parse(page)["data"].size() >= 1);
            }
        }
    }
}

TEST_CASE("shape answer: everything is there with *, as Stripe sent it", "[shape]") {
    // Without empties and renderings, what is shown is what came.
    const auto is_list = [](const json& value) {
        return value.is_object() && value.contains("object") && value["object"] == "list";
    };
    const auto stripped = [&](const auto& self, const json& value) -> json {
        if (value.is_array()) {
            json out = json::array();
            for (const auto& each : value) out.push_back(self(self, each));
            return out;
        }
        if (!value.is_object()) return value;
        json out = json::object();
        for (const auto& [name, child] : value.items()) {
            if (name.ends_with("_formatted")) continue;
            const json kept = self(self, child);
            const bool empty_list = kept.is_object() && is_list(kept) && kept["data"].empty();
            const bool empty = kept.is_null() || kept == "" || empty_list ||
                               (kept.is_structured() && kept.empty());
            if (!empty) out[name] = kept;
        }
        if (is_list(out)) {
            out.erase("url");
            if (!out.contains("data")) out["data"] = json::array();
            if (!out.contains("has_more")) out["has_more"] = false;
        }
        return out;
    };
    for (const auto& [name, sample] : shaping::samples().items()) {
        INFO(name);
        auto out = shaped(charge, sample.dump(), {.fields = {"*"}, .tokens_max = 100'000});
        out.erase("untrusted_text");
        auto expected = stripped(stripped, sample);
        auto got = stripped(stripped, out);
        const auto hide = [](const auto& self, json& value) -> void {
            for (auto& [key, child] : value.items()) {
                if (key == "client_secret" || key == "secret" || key == "payload") child = "x";
                if (child.is_string() &&
                    child.get<std::string>().find("_secret_") != std::string::npos)
                    child = "x";
                if (child.is_structured()) self(self, child);
            }
        };
        const auto with_times = [](const auto& self, json& value) -> void {
            for (auto& [key, child] : value.items()) {
                if (child.is_structured()) self(self, child);
                if (!child.is_number_integer() || !facts_of_member({}, {}, key).time ||
                    !is_unix_time(child.get<std::int64_t>()))
                    continue;
                flat_text shown(32);
                shown.put_time(child.get<std::int64_t>());
                child = json::parse(shown.view());
            }
        };
        with_times(with_times, expected);
        hide(hide, expected);
        hide(hide, got);
        CHECK(got == expected);
    }
}

TEST_CASE("shape answer: raw keeps everything as it came, over the budget whole rows only",
          "[shape]") {
    const json rows = many_charges(50);
    const auto page = shaped(charges, page_of(rows, true), {.tokens_max = 8000, .raw = true});
    REQUIRE(page["data"].size() >= 2);
    REQUIRE(page["data"].size() < 50);
    json second = rows[1];
    second["source"]["client_secret"] = "[redacted]";
    CHECK(page["data"][1] == second);
    CHECK(page["url"] == "/v1/x");
    CHECK(page["has_more"] == true);
    CHECK(page["next_cursor"] == page["data"].back()["id"].get<std::string>() + "+0");
    CHECK(page["notes"][0].get<std::string>().starts_with("Showing "));
}

TEST_CASE("shape answer: equal answers give equal bytes", "[shape]") {
    const auto body = page_of(many_charges(30), true);
    CHECK(shaped_text(charges, body) == shaped_text(charges, body));
}

TEST_CASE("shape answer: what was left out of one object is reported together", "[shape]") {
    const json row = json::parse(R"({"id":"ch_1","object":"charge","amount":5,"currency":"usd",
        "calculated_statement_descriptor":"X","payment_method_details":{"type":"card","card":
        {"brand":"visa","country":"DE","funding":"debit","network":"visa"}}})");
    const auto page = shaped(charges, page_of(json::array({row})));
    CHECK(page["omitted"]["fields"] ==
          json{"calculated_statement_descriptor",
               "payment_method_details.card.{country,funding,network}"});
    CHECK(page["omitted"]["hint"].get<std::string>().find("\"calculated_statement_descriptor\"") !=
          std::string::npos);
    // One object has all names, or the first parts of all, or their number.
    json large = row;
    large["amount"] = nullptr;
    const auto names = [&](std::size_t letters) {
        large["failure_message"] = std::string(letters, 'x');
        return shaped(charge, large.dump())["omitted"];
    };
    CHECK(names(100) == 4);
    CHECK(names(500) == json{"calculated_statement_descriptor", "payment_method_details"});
    CHECK(names(900) == page["omitted"]["fields"]);
}

}  // namespace answer_test
