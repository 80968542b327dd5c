// What a restricted key needs, how it is asked what it may do, and what is made of the answers.
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <catch2/catch.hpp>

#include <algorithm>
#include <functional>
#include <set>

#include "stripe/catalog/permissions.hpp"
#include "stripe/permissions/probes.hpp"
#include "stripe/permissions/report.hpp"
#include "tests/support/run_sync.hpp"

namespace permissions_test {

using namespace tollgate;
using namespace tollgate::stripe;
using tenancy::area_access;
using tenancy::key_access;
using tenancy::key_state;
using tenancy::known;

namespace {

std::string area_of(http_method method, std::string_view path) {
    const auto found = match(method, path).found;
    REQUIRE(found != nullptr);
    return permission_area(*found);
}

upstream_response answer_of(unsigned status, std::string body = R"({"object":"list"})") {
    upstream_response out;
    out.status = status;
    out.body = std::move(body);
    return out;
}

upstream_response no_permission() {
    return answer_of(403,
                     R"({"error":{"message":"The provided key 'rk_test_****' does not have the )"
                     R"(required permissions for this endpoint on account 'acct_1'.",)"
                     R"("type":"invalid_request_error"}})");
}

upstream_response no_such_object() {
    return answer_of(404, R"({"error":{"code":"resource_missing","message":"No such thing"}})");
}

// A Stripe whose key has the permissions under `may`, and which keeps what it was asked.
class permitting final : public upstream {
public:
    base::awaitable<base::result<upstream_response>> send(upstream_request request) override {
        seen.push_back(std::string(request.method) + " " + request.target);
        bodies += request.body + request.idempotency_key;
        ++under_way;
        most_at_once = std::max(most_at_once, under_way);
        const auto here = co_await boost::asio::this_coro::executor;
        boost::asio::steady_timer pause{here, std::chrono::milliseconds{1}};
        co_await pause.async_wait(boost::asio::use_awaitable);
        --under_way;
        if (special) {
            auto answer = special(request);
            if (answer) co_return std::move(*answer);
        }
        const std::string_view target{request.target};
        const auto method = request.method == "GET" ? http_method::get : http_method::post;
        const auto matched = match(method, target.substr(0, target.find('?')));
        REQUIRE(matched.found != nullptr);
        const auto wanted = permission_area(*matched.found);
        const bool write = request.method == "POST";
        const bool granted = std::any_of(may.begin(), may.end(), [&](const auto& one) {
            return one.area == wanted && (!write || one.access == key_access::write);
        });
        if (!granted) co_return no_permission();
        co_return matched.values_size > 0 ? no_such_object() : answer_of(200);
    }

    std::vector<area_access> may;
    std::function<std::optional<base::result<upstream_response>>(const upstream_request&)> special;
    std::vector<std::string> seen;
    std::string bodies;
    std::size_t under_way = 0;
    std::size_t most_at_once = 0;
};

tenancy::account_access account_with(std::string_view key) {
    tenancy::account_access out;
    out.credential = base::secret{std::string(key)};
    return out;
}

tenancy::tool_filter only(std::vector<std::string> tools) {
    std::sort(tools.begin(), tools.end());
    tenancy::tool_filter out;
    out.allow = std::move(tools);
    return out;
}

tenancy::key_review review(permitting& api, std::vector<tenancy::tool_filter> filters,
                           std::string_view key = "rk_test_0000000000000000") {
    const auto account = account_with(key);
    const auto need = need_of(filters, tenancy::account_mode::test);
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds{20};
    auto found = test::run_sync(probe_permissions(api, account, need, "no_such_1", deadline));
    return report_on(std::move(found), need, filters.size(), key.starts_with("rk_"));
}

const std::vector<std::string> charges_and_customers{
    "list_all_stripe_charges", "list_all_stripe_customers", "create_a_stripe_customer"};
const std::vector<area_access> their_need{{"charge", key_access::read},
                                          {"customer", key_access::write}};

}  // namespace

TEST_CASE("stripe permissions: an operation's area is Stripe's word for it", "[stripe]") {
    using m = http_method;
    CHECK(area_of(m::get, "/v1/charges") == "charge");
    CHECK(area_of(m::post, "/v1/refunds") == "charge");
    CHECK(area_of(m::get, "/v1/charges/ch_1/refunds") == "charge");
    CHECK(area_of(m::get, "/v1/charges/ch_1/dispute") == "dispute");
    CHECK(area_of(m::get, "/v1/customers/cus_1/subscriptions/sub_1") == "subscription");
    CHECK(area_of(m::get, "/v1/customers/cus_1/balance_transactions") == "customer");
    CHECK(area_of(m::get, "/v1/prices") == "plan");
    CHECK(area_of(m::get, "/v1/payment_links") == "payment_links");
    CHECK(area_of(m::get, "/v1/balance") == "balance");
    CHECK(area_of(m::get, "/v1/balance_transactions") == "balance_transaction_source");
    CHECK(area_of(m::get, "/v1/account") == "connected_account");
    CHECK(area_of(m::post, "/v1/invoiceitems") == "invoice");
    CHECK(area_of(m::post, "/v1/topups") == "top_up");
    CHECK(area_of(m::get, "/v1/issuing/cards/ic_1") == "issuing_card");
    CHECK(area_of(m::get, "/v1/checkout/sessions") == "checkout_session");
    CHECK(area_of(m::get, "/v1/tax/transactions/tax_1") == "tax_calculations_and_transactions");
    CHECK(area_of(m::post, "/v1/test_helpers/refunds/re_1/expire") == "charge");
    CHECK(area_of(m::get, "/v1/test_helpers/test_clocks") == "billing_clock");
    CHECK(area_of(m::get, "/v2/core/accounts").empty());
    CHECK(area_of(m::get, "/v1/tax_ids") == "customer");
}

TEST_CASE("stripe permissions: every v1 operation has an area in a permission's letters",
          "[stripe]") {
    std::set<std::string> areas;
    for (const auto& one : operations()) {
        const auto area = permission_area(one);
        INFO(one.path_template() << " " << area);
        CHECK(area.empty() == one.path_template().starts_with("/v2/"));
        CHECK(area.find_first_not_of("abcdefghijklmnopqrstuvwxyz_023d") == area.npos);
        if (!area.empty()) areas.insert(area);
    }
    CHECK(areas.size() > 60);
    CHECK(areas.size() < 120);
    for (const auto& area : areas)
        for (const auto implied : implied_reads(area)) CHECK(areas.contains(std::string(implied)));
}

TEST_CASE("stripe permissions: the need is the union of what the servers show", "[stripe]") {
    const auto test = tenancy::account_mode::test;
    CHECK(need_of({}, test).areas.empty());
    const std::vector two{only({"list_all_stripe_charges", "list_all_stripe_customers"}),
                          only({"create_a_stripe_customer", "list_all_stripe_charges"})};
    CHECK(need_of(two, test).areas == their_need);
    tenancy::tool_filter reads;
    reads.methods = tenancy::read_methods;
    const std::vector all_reads{reads};
    const auto need = need_of(all_reads, test);
    CHECK(need.v2_tools > 0);
    CHECK_FALSE(need.areas.empty());
    for (const auto& one : need.areas) CHECK(one.access == key_access::read);
    // Reports are made with the permission to read them.
    const std::vector reports{only({"create_a_stripe_reporting_report_run"})};
    CHECK(need_of(reports, test).areas ==
          std::vector<area_access>{{"report_runs_and_report_types", key_access::read}});
    // Test helpers are not shown on a live account, so they are not needed there.
    const std::vector helper{only({"create_a_stripe_test_clock"})};
    CHECK(need_of(helper, test).areas.size() == 1);
    CHECK(need_of(helper, tenancy::account_mode::live).areas.empty());
}

TEST_CASE("stripe permissions: no probe can change anything", "[stripe]") {
    std::set<std::string> areas;
    for (const auto& one : all_probes("no_such_1")) {
        INFO(one.area << " " << one.read << " " << one.write);
        CHECK(areas.insert(one.area).second);
        if (!one.read.empty()) {
            const auto path = std::string_view(one.read).substr(0, one.read.find('?'));
            const auto found = match(http_method::get, path).found;
            REQUIRE(found != nullptr);
            CHECK(permission_area(*found) == one.area);
            CHECK(found->response() != response_kind::binary);
        }
        if (one.write.empty()) continue;
        // The update of one object by an id that is no object's: never a create, never a action.
        const auto found = match(http_method::post, one.write).found;
        REQUIRE(found != nullptr);
        CHECK(found->kind() == tenancy::method::update);
        CHECK_FALSE(found->destructive());
        CHECK(one.write.ends_with("/no_such_1"));
        CHECK(one.writable);
        CHECK(permission_area(*found) == one.area);
    }
    CHECK(areas.contains("charge"));
}

TEST_CASE("stripe permissions: what money moves through can be asked about", "[stripe]") {
    const auto probes = all_probes("no_such_1");
    CHECK(probes.front().area == "charge");
    for (const std::string_view area :
         {"charge", "payment_intent", "payout", "transfer", "top_up", "customer", "subscription",
          "invoice", "payment_method", "webhook", "plan", "product", "issuing_card"}) {
        const auto found = std::find_if(probes.begin(), probes.end(),
                                        [&](const auto& one) { return one.area == area; });
        INFO(area);
        REQUIRE(found != probes.end());
        CHECK_FALSE(found->write.empty());
        CHECK(found->read.ends_with("?limit=1"));
    }
    const auto read_of = [&](std::string_view area) {
        return std::find_if(probes.begin(), probes.end(),
                            [&](const auto& one) { return one.area == area; })
            ->read;
    };
    CHECK(read_of("invoice") == "/v1/invoices?limit=1");
    CHECK(read_of("subscription") == "/v1/subscriptions?limit=1");
    CHECK(read_of("customer") == "/v1/customers?limit=1");
    CHECK(read_of("plan") == "/v1/prices?limit=1");
    CHECK(read_of("balance_transaction_source") == "/v1/balance_transactions?limit=1");
    CHECK(read_of("mandate") == "/v1/mandates/no_such_1");
}

TEST_CASE("stripe permissions: an answer tells of a permission or of nothing", "[stripe]") {
    CHECK(permission_in(answer_of(200)) == known::yes);
    CHECK(permission_in(no_such_object()) == known::yes);
    CHECK(permission_in(answer_of(400, R"({"error":{"code":"parameter_missing"}})")) == known::yes);
    CHECK(permission_in(no_permission()) == known::no);
    CHECK(permission_in(answer_of(403, R"({"error":{"message":"Having the 'rak_a_read', )"
                                       R"('rak_b_read' permissions would allow this"}})")) ==
          known::no);
    // An account the key may not act for, a product that is not switched on, an unknown path, a
    // failure and what is no JSON tell nothing of the permission.
    CHECK(permission_in(answer_of(403, R"({"error":{"code":"account_invalid"}})")) ==
          known::unknown);
    CHECK(permission_in(answer_of(400, R"({"error":{"message":"Not set up to use Issuing"}})")) ==
          known::unknown);
    CHECK(permission_in(answer_of(404, R"({"error":{"message":"Unrecognized URL"}})")) ==
          known::unknown);
    CHECK(permission_in(answer_of(500)) == known::unknown);
    CHECK(permission_in(answer_of(404, "<html>")) == known::unknown);
}

TEST_CASE("stripe permissions: a key with exactly what is needed has nothing beyond", "[stripe]") {
    permitting api;
    api.may = their_need;
    const auto found = review(api, {only(charges_and_customers)});
    CHECK(found.state == key_state::active);
    CHECK(found.restricted);
    CHECK(found.needed == their_need);
    CHECK(found.beyond_need.empty());
    CHECK(found.missing.empty());
    CHECK(found.requests == api.seen.size());
    CHECK(found.requests <= probes_max);
    CHECK(api.most_at_once > 1);
    CHECK(api.most_at_once <= probes_at_once);
    CHECK(api.bodies.empty());
    // What is needed for writing was asked about in one request.
    CHECK(std::count(api.seen.begin(), api.seen.end(), "GET /v1/customers?limit=1") == 0);
    // Whatever was not asked about is said so; what nothing can be asked of is known to be so only
    // where it is needed.
    CHECK(found.permissions.size() + found.not_checked.size() == all_probes("x").size());
    permitting links;
    const auto needs_links = review(links, {only({"create_a_stripe_account_link"})});
    const tenancy::area_permission unasked{"account_link", known::unknown, known::unknown};
    const auto& listed = needs_links.permissions;
    CHECK(std::find(listed.begin(), listed.end(), unasked) != listed.end());
    CHECK(needs_links.missing.empty());
}

TEST_CASE("stripe permissions: what a key has beyond the need, and lacks, is listed exactly",
          "[stripe]") {
    permitting api;
    api.may = {{"charge", key_access::write},
               {"payout", key_access::read},
               {"webhook", key_access::write}};
    const auto found = review(api, {only(charges_and_customers)});
    CHECK(found.beyond_need == std::vector<area_access>{{"charge", key_access::write},
                                                        {"payout", key_access::read},
                                                        {"webhook", key_access::write}});
    CHECK(found.missing == std::vector<area_access>{{"customer", key_access::write}});
    const auto of = [&](std::string_view area) {
        const auto one = std::find_if(found.permissions.begin(), found.permissions.end(),
                                      [&](const auto& each) { return each.area == area; });
        REQUIRE(one != found.permissions.end());
        return *one;
    };
    CHECK(of("payout") == tenancy::area_permission{"payout", known::yes, known::no});
    CHECK(of("customer") == tenancy::area_permission{"customer", known::no, known::no});
}

TEST_CASE("stripe permissions: what Stripe grants with what is needed is not beyond it",
          "[stripe]") {
    permitting api;
    api.may = {{"transfer", key_access::read}, {"payout", key_access::read}};
    CHECK(review(api, {only({"list_all_stripe_transfers"})}).beyond_need.empty());
    api.may.push_back({"payout", key_access::write});
    CHECK(review(api, {only({"list_all_stripe_transfers"})}).beyond_need ==
          std::vector<area_access>{{"payout", key_access::write}});
}

TEST_CASE("stripe permissions: a secret key is told so and asked nothing more", "[stripe]") {
    permitting api;
    const auto found = review(api, {only(charges_and_customers)}, "sk_test_0000000000000000");
    CHECK(found.state == key_state::active);
    CHECK_FALSE(found.restricted);
    CHECK(api.seen == std::vector<std::string>{"GET /v1/balance"});
    CHECK(found.needed == their_need);
    CHECK(found.permissions.empty());
    CHECK(found.beyond_need.empty());
    REQUIRE(found.notes.size() == 1);
    CHECK(found.notes[0].find("secret key") != std::string::npos);
}

TEST_CASE("stripe permissions: a refused key ends the questions", "[stripe]") {
    permitting api;
    api.special = [](const upstream_request& request) {
        return request.target.starts_with("/v1/payouts")
                   ? std::optional<base::result<upstream_response>>{answer_of(
                         401, R"({"error":{"message":"Invalid API Key provided"}})")}
                   : std::nullopt;
    };
    const auto found = review(api, {});
    CHECK(found.state == key_state::needs_reauth);
    CHECK(found.permissions.empty());
    CHECK(found.requests < 15);
    api.special = [](const upstream_request&) {
        return std::optional<base::result<upstream_response>>{
            answer_of(403, R"({"error":{"code":"account_invalid"}})")};
    };
    api.seen.clear();
    CHECK(review(api, {}).state == key_state::wrong_account);
    CHECK(api.seen.size() == 1);
}

TEST_CASE("stripe permissions: a rate limit ends the questions, and the rest is unknown",
          "[stripe]") {
    permitting api;
    api.special = [&api](const upstream_request&) {
        return api.seen.size() > 6 ? std::optional<base::result<upstream_response>>{answer_of(429)}
                                   : std::nullopt;
    };
    const auto found = review(api, {only(charges_and_customers)});
    CHECK(found.state == key_state::active);
    CHECK(found.requests < 6 + 2 * probes_at_once);
    CHECK_FALSE(found.not_checked.empty());
    CHECK(std::any_of(found.notes.begin(), found.notes.end(), [](const std::string& one) {
        return one.find("rate limit") != std::string::npos;
    }));
}

TEST_CASE("stripe permissions: a Stripe that does not answer leaves everything unknown",
          "[stripe]") {
    permitting api;
    api.special = [](const upstream_request&) {
        return std::optional<base::result<upstream_response>>{
            base::fail(base::errc::deadline_exceeded, "outcome_unknown", "late")};
    };
    const auto found = review(api, {only(charges_and_customers)});
    CHECK(found.state == key_state::unknown);
    CHECK(found.requests == 1);
    CHECK(found.permissions.empty());
    CHECK(found.missing.empty());
    CHECK(found.needed == their_need);
}

TEST_CASE("stripe permissions: a key that may everything takes the whole budget and no more",
          "[stripe]") {
    permitting api;
    for (const auto& one : all_probes("x")) api.may.push_back({one.area, key_access::write});
    const auto found = review(api, {only(charges_and_customers)});
    CHECK(found.requests <= probes_max);
    CHECK(found.requests + 2 >= probes_max);
    CHECK(found.beyond_need.size() > 15);
    CHECK_FALSE(found.not_checked.empty());
    CHECK(api.bodies.empty());
}

}  // namespace permissions_test
