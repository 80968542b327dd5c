#include "server/delivery/webhook_signature.hpp"

#include <catch2/catch.hpp>

#include "base/crypto.hpp"

namespace webhook_signature_test {

using namespace tollgate;
using namespace tollgate::server::delivery;

TEST_CASE("delivery: the signature of a webhook is the known one of Standard Webhooks",
          "[server]") {
    const auto key = parse_webhook_secret(" whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw\n").value();
    const base::timestamp at{std::chrono::seconds{1'614'265'330}};
    CHECK(sign_webhook(key, "msg_p5jXN8AQM9LWM0D4loKWxJek", at, R"({"test": 2432232314})") ==
          "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
    CHECK(webhook_seconds(at + std::chrono::milliseconds{999}) == "1614265330");
}

TEST_CASE("delivery: a webhook's secret has 24 to 64 bytes", "[server]") {
    CHECK(parse_webhook_secret(base::base64(std::string(24, 'k'))).has_value());
    CHECK(parse_webhook_secret("whsec_" + base::base64(std::string(64, 'k'))).has_value());
    for (const std::string& wrong :
         {std::string{}, std::string{"whsec_"}, base::base64(std::string(23, 'k')),
          base::base64(std::string(65, 'k')), std::string{"no base64 at all, whatever it is"}}) {
        const auto parsed = parse_webhook_secret(wrong);
        REQUIRE_FALSE(parsed.has_value());
        CHECK(parsed.error().code == "bad_secret");
        if (wrong.size() > 6) CHECK(parsed.error().message.find(wrong) == std::string::npos);
    }
}

}  // namespace webhook_signature_test
