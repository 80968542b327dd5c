#include "tenancy/rules/credential.hpp"

#include <catch2/catch.hpp>

namespace credential_test {

using namespace tollgate::tenancy;

TEST_CASE("tenancy credential: secret and restricted keys are accepted, the mode is in the prefix",
          "[tenancy][credential]") {
    struct expectation {
        const char* key;
        account_mode mode;
        bool restricted;
    };
    for (const auto& [key, mode, restricted] :
         {expectation{"sk_test_51abcdefghWXYZ", account_mode::test, false},
          expectation{"sk_live_51abcdefghWXYZ", account_mode::live, false},
          expectation{"rk_test_51abcdefghWXYZ", account_mode::test, true},
          expectation{"rk_live_51abcdefghWXYZ", account_mode::live, true}}) {
        const auto facts = check_credential(key);
        REQUIRE(facts.has_value());
        CHECK(facts->mode == mode);
        CHECK(facts->restricted == restricted);
        CHECK(facts->last4 == "WXYZ");
    }
}

TEST_CASE("tenancy credential: every other kind is refused with a reason of its own",
          "[tenancy][credential]") {
    struct expectation {
        std::string key;
        const char* code;
    };
    for (const auto& [key, code] :
         {expectation{"pk_test_51abcdefghWXYZ", "publishable_key"},
          expectation{"pk_live_51abcdefghWXYZ", "publishable_key"},
          expectation{"sk_org_live_51abcdefgh", "organization_key"},
          expectation{"whsec_51abcdefghWXYZ", "webhook_secret"},
          expectation{"ek_test_51abcdefghWXYZ", "ephemeral_key"},
          expectation{"tgk_51abcdefghWXYZ", "gateway_key"}, expectation{"", "credential_shape"},
          expectation{"sk_test_", "credential_shape"},
          expectation{"sk_test_short", "credential_shape"},
          expectation{"sk_prod_51abcdefghWXYZ", "credential_shape"},
          expectation{"SK_TEST_51abcdefghWXYZ", "credential_shape"},
          expectation{" sk_test_51abcdefghWXYZ", "credential_shape"},
          expectation{"sk_test_51abcdefghWXYZ\n", "credential_shape"},
          expectation{"sk_test_51abc def", "credential_shape"},
          expectation{"sk_test_51abc\r\nX: y", "credential_shape"},
          expectation{"sk_test_" + std::string(241, 'a'), "credential_shape"}}) {
        const auto facts = check_credential(key);
        REQUIRE(facts.has_error());
        CHECK(facts.error().code == code);
        CHECK(facts.error().field == "credential");
        if (key.size() > 14) CHECK(facts.error().message.find(key) == std::string::npos);
    }
}

}  // namespace credential_test
