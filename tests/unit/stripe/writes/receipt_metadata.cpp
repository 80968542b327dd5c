// A receipt's id in the metadata of what a write makes, and the object found by it.
#include "stripe/writes/receipt_metadata.hpp"

#include <boost/asio/io_context.hpp>

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "stripe/writes/object_lookup.hpp"
#include "stripe/writes/recorded_request.hpp"
#include "stripe/writes/resend.hpp"
#include "tests/support/tool_caller.hpp"

namespace receipt_metadata_test {

using namespace tollgate;
using namespace tollgate::stripe;
using nlohmann::json;
using std::string;
using storage::receipt_state;

namespace {

constexpr auto create_customer = "create_a_stripe_customer";

// Answers requests in the order of `answers`, then with an empty list.
class listing_upstream final : public upstream {
public:
    base::awaitable<base::result<upstream_response>> send(upstream_request request) override {
        targets.push_back(request.target);
        bodies.push_back(request.body);
        upstream_response out;
        out.status = 200;
        out.body = R"({"object":"list","data":[],"has_more":false})";
        if (targets.size() <= answers.size()) {
            out.status = answers[targets.size() - 1].first;
            out.body = answers[targets.size() - 1].second;
        }
        co_return out;
    }
    std::vector<std::pair<unsigned, string>> answers;
    std::vector<string> targets;
    std::vector<string> bodies;
};

struct caller : test::tool_caller<listing_upstream> {
    caller() { rules.receipt_metadata = true; }
    string body_of(std::string_view tool, const json& arguments) {
        api.bodies.clear();
        (*this)(tool, arguments);
        return api.bodies.empty() ? "nothing was sent" : api.bodies.front();
    }
    string code_of(std::string_view tool, const json& arguments) {
        const auto answer = json::parse((*this)(tool, arguments).text);
        return answer.contains("error") ? answer["error"].value("code", "") : "";
    }
};

json fifty_keys() {
    json out = json::object();
    for (int i = 0; i < 50; ++i) out["k" + std::to_string(i)] = "v";
    return out;
}

constexpr std::int64_t made_at = 1'800'000'000;

storage::receipt_row lost(const string& id = "rcp_Lost1") {
    storage::receipt_row out;
    out.id = id;
    out.operation_key = "key-1";
    out.created_at = base::from_unix_ms(made_at * 1000);
    out.sent_at = out.created_at;
    out.in_metadata = true;
    return out;
}

json object_with(const string& receipt, const string& id, std::int64_t created = made_at + 2) {
    return {{"id", id},           {"object", "refund"},
            {"amount", 700},      {"currency", "usd"},
            {"created", created}, {"metadata", {{"tollgate_receipt", receipt}}}};
}

std::pair<unsigned, string> page(const std::vector<json>& rows, bool more = false) {
    return {200, json{{"object", "list"}, {"data", rows}, {"has_more", more}}.dump()};
}

struct looking {
    storage::receipt_outcome find(const string& target) {
        boost::asio::io_context& loop = test::new_loop();
        write_resender resender{loop.get_executor(), api, std::chrono::seconds{5}};
        recorded_request record;
        record.method = "POST";
        record.target = target;
        storage::receipt_outcome out;
        const auto receipt = lost();
        boost::asio::co_spawn(loop, resender.look_up(access, receipt, encode_record(record)),
                              [&out](const std::exception_ptr&, storage::receipt_outcome found) {
                                  out = std::move(found);
                              });
        loop.run();
        return out;
    }
    listing_upstream api;
    tenancy::account_access access;
};

}  // namespace

TEST_CASE("stripe receipt metadata: a create carries its receipt beside the caller's metadata",
          "[stripe]") {
    caller c;
    const string body = c.body_of(create_customer, {{"name", "A"}, {"metadata", {{"order", "7"}}}});
    const string id = c.receipts.begun.at(0).id;
    CHECK(body == "metadata[order]=7&name=A&metadata[tollgate_receipt]=" + id);
    CHECK(c.body_of(create_customer, json::object()) ==
          "metadata[tollgate_receipt]=" + c.receipts.begun.at(1).id);
    c.rules.receipt_metadata = false;
    CHECK(c.body_of(create_customer, {{"name", "A"}}) == "name=A");
}

TEST_CASE("stripe receipt metadata: it is in neither the digest nor the stored request",
          "[stripe]") {
    caller c;
    const json same{{"name", "A"}, {"operation_key", "key-1"}};
    c.body_of(create_customer, same);
    c.body_of(create_customer, same);
    c.rules.receipt_metadata = false;
    c.body_of(create_customer, same);
    CHECK(c.receipts.digests.at(0) == c.receipts.digests.at(1));
    CHECK(c.receipts.digests.at(0) == c.receipts.digests.at(2));
    CHECK(c.receipts.requests.size() == 3);
    for (const auto& request : c.receipts.requests)
        CHECK(request.find("tollgate_receipt") == string::npos);
}

TEST_CASE("stripe receipt metadata: another attempt sends the bytes of the first one", "[stripe]") {
    caller c;
    tenancy::begun_write first;
    first.receipt = lost();
    first.uncertain = true;
    c.receipts.answer = first;
    CHECK(c.body_of(create_customer, {{"name", "A"}}) ==
          "name=A&metadata[tollgate_receipt]=rcp_Lost1");
    // The first attempt was sent without, and the team has allowed it since.
    c.receipts.answer->receipt.in_metadata = false;
    CHECK(c.body_of(create_customer, {{"name", "A"}}) == "name=A");
}

TEST_CASE("stripe receipt metadata: only what makes an object that can be found by it",
          "[stripe]") {
    caller c;
    for (const json& arguments : {json{{"metadata", ""}}, json{{"metadata", fifty_keys()}}})
        CHECK(c.body_of(create_customer, arguments).find("tollgate_receipt") == string::npos);
    CHECK(c.body_of("update_a_stripe_customer_by_id", {{"id", "cus_1"}, {"name", "A"}}) ==
          "name=A");
    int taking = 0;
    for (const auto& one : operations()) {
        if (!takes_receipt(one)) continue;
        ++taking;
        CHECK_FALSE(one.segments().back().is_parameter);
    }
    CHECK(taking > 20);
    const auto of = [](std::string_view path) {
        return takes_receipt(*match(http_method::post, path).found);
    };
    for (const auto* path : {"/v1/refunds", "/v1/charges", "/v1/payment_intents", "/v1/transfers",
                             "/v1/payouts", "/v1/customers/cus_1/balance_transactions"})
        CHECK(of(path));
    for (const auto* path : {"/v1/payment_links", "/v1/payment_intents/pi_1/capture",
                             "/v1/refunds/re_1", "/v2/core/accounts", "/v1/files"})
        CHECK_FALSE(of(path));
    CHECK(lookup_of("/v1/charges")->search != nullptr);
    CHECK(lookup_of("/v1/refunds")->search == nullptr);
}

TEST_CASE("stripe receipt metadata: nobody else writes the key", "[stripe]") {
    caller c;
    const json own{{"tollgate_receipt", "rcp_of_another"}};
    for (const bool allowed : {true, false}) {
        c.rules.receipt_metadata = allowed;
        CHECK(c.code_of(create_customer, {{"metadata", own}}) == "reserved_metadata");
        CHECK(c.code_of("update_a_stripe_customer_by_id", {{"id", "cus_1"}, {"metadata", own}}) ==
              "reserved_metadata");
        CHECK(c.code_of("create_a_stripe_checkout_session",
                        {{"mode", "payment"},
                         {"success_url", "https://example.com"},
                         {"line_items", {{{"price", "price_1"}, {"quantity", 1}}}},
                         {"payment_intent_data", {{"metadata", own}}}}) == "reserved_metadata");
    }
    CHECK(c.api.targets.empty());
    CHECK(c.receipts.begun.empty());
}

TEST_CASE("stripe receipt metadata: a resent request is the first one, byte for byte", "[stripe]") {
    boost::asio::io_context& loop = test::new_loop();
    listing_upstream api;
    write_resender resender{loop.get_executor(), api, std::chrono::seconds{5}};
    recorded_request record;
    record.method = "POST";
    record.target = "/v1/refunds";
    record.body = "charge=ch_1";
    const tenancy::account_access access;
    auto receipt = lost();
    for (const bool named : {true, false}) {
        receipt.in_metadata = named;
        boost::asio::co_spawn(loop, resender.send_again(access, receipt, encode_record(record)),
                              [](const std::exception_ptr&, const storage::receipt_outcome&) {});
        loop.run();
        loop.restart();
    }
    CHECK(api.bodies ==
          std::vector<string>{"charge=ch_1&metadata[tollgate_receipt]=rcp_Lost1", "charge=ch_1"});
}

TEST_CASE("stripe receipt lookup: by search, with the object's facts", "[stripe]") {
    looking l;
    l.api.answers = {page({object_with("rcp_Lost1", "ch_1")})};
    const auto found = l.find("/v1/charges");
    CHECK(found.state == receipt_state::succeeded);
    CHECK(found.object_id == "ch_1");
    CHECK(found.amount == 700);
    CHECK(found.currency == "usd");
    CHECK(found.status == 0);  // Stripe's answer was never seen
    CHECK(l.api.targets == std::vector<string>{"/v1/charges/search?query=metadata%5B%22tollgate_"
                                               "receipt%22%5D%3A%22rcp_Lost1%22"});
}

TEST_CASE("stripe receipt lookup: by the list around the receipt's time, page after page",
          "[stripe]") {
    looking l;
    l.api.answers = {page({object_with("rcp_other", "re_9")}, true),
                     page({object_with("rcp_Lost1", "re_2")})};
    CHECK(l.find("/v1/refunds").object_id == "re_2");
    const auto& sent = l.api.targets;
    REQUIRE(sent.size() == 2);
    CHECK(sent[0] == "/v1/refunds?created[gte]=1799999400&created[lte]=1800000600&limit=100");
    CHECK(sent[1] == sent[0] + "&starting_after=re_9");
}

TEST_CASE("stripe receipt lookup: an index that does not answer is not the end", "[stripe]") {
    looking l;
    l.api.answers = {{403, R"({"error":{"type":"invalid_request_error","code":"no_search"}})"},
                     page({object_with("rcp_Lost1", "ch_3")})};
    CHECK(l.find("/v1/charges").object_id == "ch_3");
}

TEST_CASE("stripe receipt lookup: what is not certain stays unknown, and nothing is written",
          "[stripe]") {
    const auto code = [](std::vector<std::pair<unsigned, string>> answers,
                         const string& target = "/v1/refunds") {
        looking l;
        l.api.answers = std::move(answers);
        const auto outcome = l.find(target);
        CHECK(outcome.state == receipt_state::unknown);
        CHECK(outcome.object_id.empty());
        for (const auto& body : l.api.bodies) CHECK(body.empty());
        return outcome.error_code;
    };
    CHECK(code({}) == "object_not_found");
    CHECK(code({page({object_with("rcp_lost1", "re_1")})}) == "object_not_found");  // another case
    CHECK(code({page({object_with("rcp_Lost1", "re_1", made_at - 7200)})}) == "object_not_found");
    CHECK(code({page({object_with("rcp_Lost1", "re_1"), object_with("rcp_Lost1", "re_2")})}) ==
          "objects_ambiguous");
    const std::pair<unsigned, string> refused{
        403, R"({"error":{"type":"invalid_request_error","code":"not_permitted"}})"};
    CHECK(code({refused, refused}) == "not_permitted");
    CHECK(code({{200, "<html>"}, {200, "<html>"}}) == "unreadable_answer");
    const std::vector<std::pair<unsigned, string>> endless(
        30, page({object_with("rcp_other", "re_9")}, true));
    CHECK(code(endless) == "too_many_objects");
    CHECK(code({}, "/v1/payment_links") == "object_not_found");
}

}  // namespace receipt_metadata_test
