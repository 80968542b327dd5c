// Resources, prompts and completions: what decides without sending.
#include <catch2/catch.hpp>

#include <set>
#include <thread>

#include "stripe/catalog/main_objects.hpp"
#include "stripe/content/completions.hpp"
#include "stripe/content/email.hpp"
#include "stripe/content/notes.hpp"
#include "stripe/content/prompt_arguments.hpp"
#include "stripe/content/prompt_book.hpp"
#include "stripe/content/prompt_text.hpp"
#include "stripe/content/resource_answer.hpp"
#include "stripe/content/resource_uri.hpp"
#include "stripe/tools/seen_ids.hpp"

namespace content_test {

using namespace tollgate::stripe;
namespace base = tollgate::base;
namespace tenancy = tollgate::tenancy;

namespace {

tenancy::grant grant_of(const std::string& server = "mcp_1", const std::string& team = "team_1") {
    auto account = std::make_shared<tenancy::account_access>();
    tenancy::grant out;
    out.server_id = server;
    out.team_id = team;
    out.account = account;
    return out;
}

const base::timestamp start = base::from_unix_ms(1'800'000'000'000);

// A page of `count` customers from cus_<first> on.
struct page {
    page(const std::string& prefix, int first, int count) {
        std::string text = R"({"object":"list","data":[)";
        for (int i = first; i < first + count; ++i) {
            if (i != first) text += ',';
            text += R"({"id":")" + prefix + std::to_string(i) + R"(","object":"customer"})";
        }
        text += "]}";
        rows = parser.parse(text);
    }
    simdjson::dom::parser parser;
    simdjson::dom::element rows;
};

const main_object& customer = *find_main_object("customer");

}  // namespace

TEST_CASE("content main_objects: an id is known by its prefix and nothing else gets through",
          "[stripe][content]") {
    for (const auto& one : main_objects()) {
        INFO(one.name);
        REQUIRE(find_tool(one.get_tool) != nullptr);
        CHECK(find_tool(one.get_tool)->read_only());
        if (!one.search_tool.empty()) {
            REQUIRE(find_tool(one.search_tool) != nullptr);
            CHECK(find_tool(one.search_tool)->response_objects().front() == one.name);
        }
        const std::string id = std::string(one.prefix) + "1AbC_9";
        CHECK(may_be_id(one, id));
        CHECK(object_of_id(id) == &one);
        for (const std::string bad : {"", "/", "?", "%2e", " ", "\n", "#"})
            CHECK(may_be_id(one, id + bad) == bad.empty());
        CHECK_FALSE(may_be_id(one, ""));
        CHECK_FALSE(may_be_id(one, id + std::string(200, 'a')));
    }
    CHECK(object_of_id("du_1")->name == "dispute");
    CHECK(object_of_id("py_1")->name == "charge");
    CHECK(object_of_id("gold-plan") == nullptr);
    CHECK(may_be_id(*find_main_object("product"), "gold-plan"));
    CHECK_FALSE(may_be_id(customer, "cus_"));
    CHECK_FALSE(may_be_id(customer, "cus_a-b"));
}

TEST_CASE("content main_objects: the dashboard's page is that of the account and its mode",
          "[stripe][content]") {
    tenancy::account_access account;
    CHECK(dashboard_url(customer, "cus_1", account) ==
          "https://dashboard.stripe.com/test/customers/cus_1");
    account.mode = tenancy::account_mode::live;
    CHECK(dashboard_url(*find_main_object("charge"), "ch_1", account) ==
          "https://dashboard.stripe.com/payments/ch_1");
    account.stripe_account = "acct_9";
    CHECK(dashboard_url(*find_main_object("invoice"), "in_1", account) ==
          "https://dashboard.stripe.com/acct_9/invoices/in_1");
}

TEST_CASE("content resource_uri: what a URI asks for", "[stripe][content]") {
    const auto one = read_resource_uri("stripe://payment_intent/pi%5F1");
    REQUIRE(one.has_value());
    CHECK(one->from->uri == "stripe://payment_intent/{id}");
    CHECK(one->value == "pi_1");
    CHECK(read_resource_uri("customer://o'brien+1@mail.example.com")->value ==
          "o'brien+1@mail.example.com");
    CHECK(read_resource_uri("payment://py_1")->from->form == resource_form::payment);
    const std::vector<std::pair<std::string, std::string>> wrong{
        {"stripe://customers/cus_1", "unknown_uri"},
        {"stripe://customer", "unknown_uri"},
        {"", "unknown_uri"},
        {"stripe://customer/", "bad_id"},
        {"stripe://customer/cus_1%", "bad_id"},
        {"stripe://customer/cus_%2", "bad_id"},
        {"stripe://customer/cus_1%00", "bad_id"},
        {"customer://a%20b@example.com", "bad_email"},
        {"customer://a@b@c.d", "bad_email"},
        {"customer://" + std::string(990, 'a'), "unknown_uri"}};
    for (const auto& [uri, code] : wrong) {
        INFO(uri);
        REQUIRE(read_resource_uri(uri).has_error());
        CHECK(read_resource_uri(uri).error().code == code);
    }
}

TEST_CASE("content email: a cheap look", "[stripe][content]") {
    for (const char* good : {"a@b.c", "a.b+c@d-e.example.com"}) CHECK(is_email(good));
    for (const char* bad : {"", "@", "a@", "@b.c", "a@b", "a@b.", "a@.b", "a b@c.d", "a\"@b.c",
                            "a\\@b.c", "<a@b.c>", "a@b.c,d@e.f", "\xC3\xA4@b.c"})
        CHECK_FALSE(is_email(bad));
    CHECK_FALSE(is_email(std::string(250, 'a') + "@b.cd"));
}

TEST_CASE("content resource_answer: what Stripe lacks is missing, what fails is told",
          "[stripe][content]") {
    tollgate::mcp::tool_result result;
    result.is_error = true;
    result.text = R"({"error":{"code":"resource_missing","message":"No such customer"}})";
    result.http_headers = {{"RateLimit-Limit", "5"}};
    const auto none = as_resource("stripe://customer/cus_1", result);
    CHECK_FALSE(none.exists);
    CHECK(none.http_headers.size() == 1);
    result.text = R"({"error":{"code":"x","message":"It is away.","next_step":"Wait."}})";
    const auto away = as_resource("stripe://customer/cus_1", result);
    CHECK(away.exists);
    CHECK(away.refusal == "It is away. Wait.");
    CHECK(away.refusal_data == result.text);
    CHECK(is_empty_page(R"({"next_cursor":null,"data":[]})"));
    CHECK_FALSE(is_empty_page(R"({"data":[{}]})"));
    CHECK_FALSE(is_empty_page("no JSON"));
}

TEST_CASE("content notes: short, filled, and by account", "[stripe][content]") {
    auto grant = grant_of();
    REQUIRE_FALSE(notes().empty());
    for (const auto& one : notes()) {
        INFO(one.uri);
        CHECK(one.text.size() < 4000);
        CHECK(one.text.find("{{") == std::string::npos);
        CHECK(find_note(grant, one.uri) == &one);
    }
    auto live = std::make_shared<tenancy::account_access>();
    live->mode = tenancy::account_mode::live;
    grant.account = live;
    CHECK(find_note(grant, "stripe-notes://testing") == nullptr);
    CHECK(find_note(grant, "stripe-notes://money") != nullptr);
}

TEST_CASE("content prompt_book: every role is played and every step can be said",
          "[stripe][content]") {
    std::set<std::string> seen;
    REQUIRE_FALSE(prompts().empty());
    for (const auto& one : prompts()) {
        INFO(one.name);
        CHECK(seen.insert(one.name).second);
        CHECK_FALSE(one.title.empty());
        std::set<std::string> roles;
        for (const auto& role : one.roles) CHECK(roles.insert(role.role).second);
        for (const auto& any : one.any_of) CHECK(roles.contains(any));
        std::set<std::string> used;
        for (const auto& step : one.steps)
            for (std::size_t at = step.find('{'); at != std::string::npos;
                 at = step.find('{', at + 1))
                used.insert(step.substr(at + 1, step.find('}', at) - at - 1));
        CHECK(used == roles);
        for (const auto& as : one.arguments) {
            CHECK_FALSE(as.description.empty());
            CHECK((as.form == argument_form::choice) == !as.choices.empty());
            if (as.form == argument_form::id) CHECK(find_main_object(as.object) != nullptr);
            if (as.form == argument_form::amount) CHECK(find_argument(one, "currency") != nullptr);
            if (!as.fallback.empty())
                CHECK(std::count(as.choices.begin(), as.choices.end(), as.fallback) == 1);
        }
        CHECK(tools_for(one, grant_of()).has_value() != one.needs_orders);
        auto grant = grant_of();
        auto account = std::make_shared<tenancy::account_access>(*grant.account);
        account->orders = tenancy::orders_kind::tables;
        grant.account = account;
        const auto cast = tools_for(one, grant);
        REQUIRE(cast.has_value());
        const auto text = prompt_text(one, *cast, grant, "{}");
        CHECK(text.find("{tool}") == std::string::npos);
        CHECK(text.find('{' + one.roles.front().role) == std::string::npos);
        CHECK(text.size() < 5000);
    }
}

TEST_CASE("content prompt_text: a prompt without a tool it needs is not there",
          "[stripe][content]") {
    auto grant = grant_of();
    grant.filter.deny = {"create_a_stripe_checkout_session", "create_a_stripe_payment_link"};
    CHECK_FALSE(tools_for(*find_prompt("payment_link"), grant));
    CHECK(missing_tool(*find_prompt("payment_link"), grant) == "create_a_stripe_checkout_session");
    grant.filter.deny = {"create_a_stripe_checkout_session"};
    CHECK(tools_for(*find_prompt("payment_link"), grant));
    grant.filter.deny = {"list_all_stripe_charges"};
    CHECK(missing_tool(*find_prompt("daily_revenue_report"), grant) == "list_all_stripe_charges");
}

TEST_CASE("content prompt_arguments: amounts as people write them", "[stripe][content]") {
    CHECK(amount_in_minor_units("2500", "usd") == 250'000);
    CHECK(amount_in_minor_units("0.5", "usd") == 50);
    CHECK(amount_in_minor_units("1500", "jpy") == 1500);
    CHECK(amount_in_minor_units("1.234", "kwd") == 1234);
    CHECK(amount_in_minor_units("999999999999.99", "usd") == 99'999'999'999'999);
    for (const char* bad : {"", "0", "0.00", "-1", "+1", "1,5", "1.", ".5", "1.234", "1e3", "1 000",
                            "9999999999999", "0x10", "1.5.0"})
        CHECK_FALSE(amount_in_minor_units(bad, "usd"));
    CHECK_FALSE(amount_in_minor_units("1.5", "jpy"));
}

TEST_CASE("content seen_ids: an MCP server's own, the last first, for ten minutes",
          "[stripe][content]") {
    seen_ids seen;
    const auto mine = grant_of();
    const page older{"cus_", 1, 3};
    const page newer{"cus_", 3, 2};
    seen.note(mine, "customer", older.rows, start);
    seen.note(mine, "customer", newer.rows, start + std::chrono::minutes{1});
    const auto all = [&](base::timestamp now) { return seen.find(mine, customer, "", 100, now); };
    CHECK(all(start + std::chrono::minutes{2}) ==
          std::vector<std::string>{"cus_3", "cus_4", "cus_1", "cus_2"});
    CHECK(seen.find(mine, customer, "cus_4", 100, start) == std::vector<std::string>{"cus_4"});
    CHECK(seen.find(mine, customer, "", 2, start).size() == 2);
    CHECK(seen.find(mine, *find_main_object("charge"), "", 100, start).empty());
    CHECK(seen.find(grant_of("mcp_2"), customer, "", 100, start).empty());
    CHECK(seen.find(grant_of("mcp_1", "team_2"), customer, "", 100, start).empty());
    CHECK(all(start + seen_ids::kept) == std::vector<std::string>{"cus_3", "cus_4"});
    CHECK(all(start + seen_ids::kept + std::chrono::minutes{1}).empty());
    seen.sweep(start + seen_ids::kept + std::chrono::minutes{1});
    CHECK(seen.servers() == 0);
}

TEST_CASE("content seen_ids: bounded, and forgotten with the server", "[stripe][content]") {
    seen_ids seen;
    const auto mine = grant_of();
    const page many{"cus_", 0, 100};
    seen.note(mine, "customer", many.rows, start);
    CHECK(seen.find(mine, customer, "", 1000, start).size() == seen_ids::per_page_max);
    seen.note(mine, "balance_transaction", many.rows, start);
    for (int i = 0; i < 10; ++i) {
        const page each{"cus_n" + std::to_string(i) + "_", 0, 100};
        seen.note(mine, "customer", each.rows, start);
    }
    CHECK(seen.find(mine, customer, "", 1000, start).size() ==
          seen_ids::per_page_max * seen_ids::pages_max);
    const page one{"cus_", 0, 1};
    for (int i = 0; i < 1000; ++i)
        seen.note(grant_of("mcp_x" + std::to_string(i)), "customer", one.rows, start);
    CHECK(seen.servers() == seen_ids::servers_max);
    CHECK(seen.find(grant_of("mcp_x999"), customer, "", 1, start).size() == 1);
    seen.note(mine, "customer", many.rows, start);
    seen.forget("mcp_1");
    CHECK(seen.find(mine, customer, "", 1, start).empty());
    seen.note(mine, "customer", many.rows, start);
    seen.forget_all();
    CHECK(seen.servers() == 0);
    const page long_id{"cus_" + std::string(200, 'a'), 0, 1};
    seen.note(mine, "customer", long_id.rows, start);
    CHECK(seen.servers() == 0);
}

TEST_CASE("content seen_ids: loops share it", "[stripe][content]") {
    seen_ids seen;
    std::vector<std::thread> loops;
    for (int loop = 0; loop < 4; ++loop)
        loops.emplace_back([&seen, loop] {
            const auto mine = grant_of("mcp_" + std::to_string(loop % 2));
            const page each{"cus_" + std::to_string(loop), 0, 20};
            for (int i = 0; i < 500; ++i) {
                seen.note(mine, "customer", each.rows, start + std::chrono::seconds{i});
                seen.find(mine, customer, "cus_", 100, start);
                if (i % 100 == 0) seen.forget("mcp_0");
            }
        });
    for (auto& one : loops) one.join();
    // Nobody forgot this one.
    CHECK_FALSE(
        seen.find(grant_of("mcp_1"), customer, "", 100, start + std::chrono::seconds{500}).empty());
}

TEST_CASE("content completions: only what begins so, at most a hundred", "[stripe][content]") {
    const seen_ids seen;
    const auto& link = *find_prompt("payment_link");
    const auto& currency = *find_argument(link, "currency");
    CHECK(complete_argument(currency, grant_of(), "", seen, start).size() == completions_max);
    CHECK(complete_argument(currency, grant_of(), "jp", seen, start) ==
          std::vector<std::string>{"jpy"});
    CHECK(complete_argument(*find_argument(link, "item"), grant_of(), "", seen, start).empty());
    const auto& day = *find_argument(*find_prompt("daily_revenue_report"), "day");
    const auto days = complete_argument(day, grant_of(), "2027-01", seen, start);
    CHECK(days.size() == 15);
    CHECK(days.front() == "2027-01-15");
    CHECK(complete_variable(*find_template("customer://{email}"), grant_of(), "", seen, start)
              .empty());
}

}  // namespace content_test
