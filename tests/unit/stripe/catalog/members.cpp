#include "stripe/catalog/members.hpp"

#include <catch2/catch.hpp>

#include <map>
#include <set>
#include <tuple>

#include "stripe/answer/remembered_facts.hpp"
#include "tests/unit/stripe/answer/support.hpp"

namespace members_test {

using namespace tollgate::stripe;
using namespace tollgate;
using shaping::answer_rules;
using shaping::json;
using shaping::page_of;
using shaping::samples;
using shaping::shaped;
using shaping::shaped_text;

namespace {

constexpr auto bit(tenancy::redaction one) {
    return static_cast<tenancy::redaction_set>(one);
}
constexpr tenancy::redaction_set all_bits = 31;
const std::string charge = "get_single_stripe_charge_by_id";

// Every string member of the samples whose name is one of these words must be redacted.
const std::map<tenancy::redaction, std::set<std::string>> personal{
    {tenancy::redaction::email,
     {"email", "customer_email", "receipt_email", "support_email", "verified_email",
      "customer_email_address", "payer_email", "patronage_email", "confirmed_email"}},
    {tenancy::redaction::phone,
     {"phone", "customer_phone", "support_phone", "verified_phone", "phone_number",
      "mobile_phone"}},
    {tenancy::redaction::address,
     {"line1", "line2", "postal_code", "city", "state", "town", "address_line1", "address_line2",
      "address_city", "address_zip", "address_state", "billing_address", "shipping_address",
      "customer_address", "address"}},
    {tenancy::redaction::last4, {"last4", "dynamic_last4", "account_last4", "iban_last4"}},
    {tenancy::redaction::bank,
     {"account_number", "routing_number", "iban", "bic", "sort_code", "bank_name",
      "account_holder_name", "bank_code", "branch_code"}},
};

void fill(json& value) {
    if (value.is_array())
        for (auto& each : value) fill(each);
    if (!value.is_object()) return;
    for (auto& [name, child] : value.items()) {
        for (const auto& [kind, names] : personal)
            if (names.contains(name) && !child.is_structured() && !child.is_boolean())
                child = "PERSONAL-" + name;
        fill(child);
    }
}

}  // namespace

TEST_CASE("shape members: what a config redacts is gone from every sample object, raw or shaped",
          "[shape]") {
    for (const auto& [object, sample] : samples().items()) {
        json filled = sample;
        fill(filled);
        for (const auto& [kind, names] : personal) {
            for (const bool raw : {false, true}) {
                answer_rules wanted{
                    .fields = {"*"}, .tokens_max = 100'000, .raw = raw, .redact = bit(kind)};
                const auto text = shaped_text(charge, filled.dump(), wanted);
                REQUIRE(json::accept(text));
                for (const auto& name : names) {
                    INFO(object << " " << name);
                    CHECK(text.find("PERSONAL-" + name + "\"") == std::string::npos);
                }
            }
        }
        // Nothing is redacted unless it is asked for.
        const auto open =
            shaped_text(charge, filled.dump(), {.fields = {"*"}, .tokens_max = 100'000});
        CHECK((filled.dump().find("PERSONAL") == std::string::npos) ==
              (open.find("PERSONAL") == std::string::npos));
    }
}

TEST_CASE("shape members: Stripe's own texts are not called untrusted", "[shape]") {
    const auto untrusted = [](const char* object, const char* parent, const char* name) {
        return tollgate::stripe::facts_of_member(object, parent, name).untrusted;
    };
    CHECK_FALSE(untrusted("charge", "", "failure_message"));
    CHECK_FALSE(untrusted("payment_intent", "last_payment_error", "message"));
    CHECK_FALSE(untrusted("tax_code", "", "description"));
    CHECK(untrusted("charge", "", "description"));
    CHECK(untrusted("customer", "", "phone"));
    CHECK(untrusted("charge", "billing_details", "phone"));
    CHECK(untrusted("invoice", "", "customer_phone"));
    CHECK(untrusted("dispute", "evidence", "uncategorized_text"));
    CHECK(untrusted("checkout.session", "", "message"));
}

TEST_CASE("shape members: secrets are replaced in every answer", "[shape]") {
    const struct {
        const char* tool;
        std::string body;
    } cases[] = {
        {"get_single_stripe_payment_intent_by_id",
         R"({"object":"payment_intent","client_secret":"SECRET"})"},
        {"get_single_stripe_setup_intent_by_id",
         R"({"object":"setup_intent","client_secret":"SECRET"})"},
        {"create_a_stripe_webhook_endpoint", R"({"object":"webhook_endpoint","secret":"SECRET"})"},
        {charge.c_str(), R"({"object":"ephemeral_key","secret":"SECRET"})"},
        {charge.c_str(), R"({"object":"apps.secret","payload":"SECRET"})"},
        {charge.c_str(), R"({"object":"issuing.card","number":"SECRET","cvc":"SECRET"})"},
        {charge.c_str(),
         R"({"object":"invoice","confirmation_secret":{"client_secret":"SECRET"}})"},
        {charge.c_str(),
         R"({"object":"charge","source":{"object":"source","client_secret":"SECRET"}})"},
        {charge.c_str(),
         R"({"object":"event","data":{"object":{"object":"payment_intent","client_secret":"SECRET"}}})"},
        {charge.c_str(),
         R"({"object":"v2.core.event_destination","webhook_endpoint":{"signing_secret":"SECRET"}})"},
    };
    for (const auto& one : cases) {
        for (const bool raw : {false, true}) {
            INFO(one.body);
            const auto text = shaped_text(one.tool, one.body, {.fields = {"*"}, .raw = raw});
            CHECK(text.find("SECRET") == std::string::npos);
            CHECK(text.find("[redacted]") != std::string::npos);
        }
    }
    // An invoice's number is no card's.
    CHECK(shaped("get_single_stripe_invoice_by_id", R"({"object":"invoice","number":"A-1"})",
                 {.fields = {"number"}})["number"] == "A-1");
}

TEST_CASE("shape members: redaction reaches free text, and leaves checks and flags alone",
          "[shape]") {
    answer_rules wanted{.fields = {"*"}, .redact = all_bits};
    const auto out = shaped(charge, R"({"id":"ch_1","object":"charge",
        "description":"for ada@example.com","metadata":{"contact":"x@y.zz","n":"1"},
        "receipt_email":"ada@example.com",
        "billing_details":{"name":"Ada","phone":"+1","address":{"country":"DE"}},
        "payment_method_details":{"card":{"last4":"4242","brand":"visa",
          "checks":{"address_line1_check":"pass"}}}})",
                            wanted);
    CHECK(out["description"] == "for [redacted]");
    CHECK(out["metadata"] == json{{"contact", "[redacted]"}, {"n", "1"}});
    CHECK(out["receipt_email"] == "[redacted]");
    CHECK(out["billing_details"] ==
          json{{"name", "Ada"}, {"phone", "[redacted]"}, {"address", "[redacted]"}});
    CHECK(out["payment_method_details"]["card"]["last4"] == "[redacted]");
    CHECK(out["payment_method_details"]["card"]["brand"] == "visa");
    CHECK(out["payment_method_details"]["card"]["checks"]["address_line1_check"] == "pass");
}

TEST_CASE("members: remembered facts are those of the same member", "[shape]") {
    const auto same = [](const member_facts& a, const member_facts& b) {
        return std::tie(a.secret, a.untrusted, a.id, a.time, a.amount, a.by_currency, a.free_names,
                        a.personal) == std::tie(b.secret, b.untrusted, b.id, b.time, b.amount,
                                                b.by_currency, b.free_names, b.personal);
    };
    remembered_facts known;
    // More members than are remembered, twice, so that they replace one another; and names that
    // give the same text when they are put together.
    std::vector<std::array<std::string, 3>> asked{{"", "", "amount"},
                                                  {"amount", "", ""},
                                                  {"", "amount", ""},
                                                  {"apps.secret", "", "payload"},
                                                  {"apps.", "secret", "payload"},
                                                  {"issuing.card", "", "number"},
                                                  {"issuing", ".card", "number"},
                                                  {"", "metadata", "x"},
                                                  {"", "", std::string(200, 'a') + "_at"}};
    for (const std::string object : {"charge", "issuing.card", "invoice", "tax_code", ""})
        for (const std::string parent : {"", "metadata", "dropdown", "source_types", "last_error"})
            for (const std::string name :
                 {"client_secret", "created", "tax", "value", "message", "number", "usd", "id",
                  "email", "line1", "last4", "iban", "balance", "payload", "cvc", "description"})
                for (const std::string ending : {"", "_at", "_amount", "_name", "_id"})
                    asked.push_back({object, parent, name + ending});
    for (int round = 0; round < 2; ++round)
        for (const auto& [object, parent, name] : asked) {
            const auto expected = facts_of_member(object, parent, name);
            REQUIRE(same(known.find(object, parent, name), expected));
            REQUIRE(same(known.find(object, parent, name), expected));
        }
}

}  // namespace members_test
