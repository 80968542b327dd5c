// Requests of accounts of other services: to which host, with which headers, and what is kept out
// of their answers.
#include <catch2/catch.hpp>

#include "stripe/upstream/hidden_credential.hpp"
#include "stripe/upstream/request_text.hpp"
#include "stripe/upstream/service_router.hpp"
#include "tests/support/pool_client.hpp"

namespace service_upstream_test {

using namespace tollgate;
using namespace tollgate::stripe;

namespace {

tenancy::account_access account_of(const std::string& url, const std::string& auth = "bearer",
                                   const std::string& header = {},
                                   const std::string& credential = "secret-of-the-service") {
    tenancy::account_access out;
    out.id = "ia_1";
    out.team_id = "team_1";
    out.mode = tenancy::account_mode::live;
    out.credential = base::secret{credential};
    if (!url.empty()) out.service = tenancy::parse_service(url, auth, header).value();
    return out;
}

upstream_request patch_of(const tenancy::account_access& access) {
    return {.method = "PATCH",
            .target = "/v2/jobs/1",
            .body = "{}",
            .idempotency_key = {},
            .access = access,
            .default_version = {},
            .deadline = std::chrono::steady_clock::now() + std::chrono::seconds{5},
            .content_type = "application/json",
            .host = api_host::service};
}

std::string text_for(const tenancy::account_access& access) {
    return request_text(patch_of(access), service_options({}, *access.service));
}

}  // namespace

TEST_CASE("stripe services: a request has the headers of the service, and none of Stripe's",
          "[stripe][upstream]") {
    const auto bearer = text_for(account_of("https://a.example:8443/v2"));
    CHECK(bearer.starts_with("PATCH /v2/jobs/1 HTTP/1.1\r\nHost: a.example:8443\r\n"));
    CHECK(bearer.find("\r\nAuthorization: Bearer secret-of-the-service\r\n") != std::string::npos);
    CHECK(bearer.find("\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}") !=
          std::string::npos);
    CHECK(bearer.find("Stripe") == std::string::npos);
    CHECK(bearer.find("Idempotency-Key") == std::string::npos);
    const auto basic = text_for(account_of("http://[::1]:9", "basic", "", "user:pass"));
    CHECK(basic.find("\r\nAuthorization: Basic dXNlcjpwYXNz\r\n") != std::string::npos);
    CHECK(basic.find("\r\nHost: [::1]:9\r\n") != std::string::npos);
    const auto own = text_for(account_of("https://a.example", "header", "X-Key"));
    CHECK(own.find("\r\nX-Key: secret-of-the-service\r\n") != std::string::npos);
    CHECK(own.find("Authorization") == std::string::npos);
}

TEST_CASE("stripe services: an answer that repeats the credential loses it", "[stripe][upstream]") {
    const auto hidden = [](const tenancy::account_access& access, std::string body) {
        upstream_response answer;
        answer.body = std::move(body);
        answer.headers.emplace_back("x", "Bearer " + std::string(access.credential.reveal()));
        hide_credential(answer, access);
        CHECK(answer.headers.front().second.find(access.credential.reveal()) == std::string::npos);
        return answer.body;
    };
    const auto quoted = account_of("https://a.example", "bearer", "", R"(a"b/c\d-long)");
    CHECK(hidden(quoted, R"({"x":"a\"b/c\\d-long","y":"a\"b\/c\\d-long"})") ==
          R"({"x":"[credential]","y":"[credential]"})");
    const auto basic = account_of("https://a.example", "basic", "", "user:password");
    CHECK(hidden(basic, "dXNlcjpwYXNzd29yZA== user:password password") ==
          "[credential] [credential] [credential]");
    CHECK(hidden(basic, R"({"x":"\u0070assw\u006frd","y":"\\u0070assword","z":"\u0022\u00e9"})") ==
          R"({"x":"[credential]","y":"\\u0070assword","z":"\"\u00e9"})");
    const auto slashes = account_of("https://a.example", "bearer", "", "a/b/c/d/long");
    CHECK(hidden(slashes, R"({"x":"a\/b/c\u002fd/long"})") == R"({"x":"[credential]"})");
    const auto digits = account_of("https://a.example", "bearer", "", "12345678");
    CHECK(hidden(digits, R"({"n":12345678})") == R"({"n":99999999})");
}

TEST_CASE("stripe services: a large answer full of the credential is read in one pass",
          "[stripe][upstream]") {
    const auto access = account_of("https://a.example", "bearer", "", "secret-8");
    upstream_response answer;
    for (int i = 0; i < 2'000'000; ++i) answer.body += "secret-8";
    const auto began = std::chrono::steady_clock::now();
    hide_credential(answer, access);
    CHECK(std::chrono::steady_clock::now() - began < std::chrono::seconds{5});
    CHECK(answer.body.find("secret") == std::string::npos);
}

TEST_CASE("stripe services: only the account's own host gets its credential",
          "[stripe][upstream]") {
    test::client c{1};
    service_reach services;
    services.allowed =
        tenancy::service_hosts::parse({"localhost:1", "private+http://127.0.0.1:1"}).value();
    services.tls = make_client_tls({});
    c.api =
        make_service_router(c.io.get_executor(), c.deadlines, std::move(c.api), services, c.log);
    const auto sent = [&](const tenancy::account_access& access, api_host host) {
        auto request = patch_of(access);
        request.host = host;
        const auto answer = c.run(std::move(request));
        REQUIRE(answer.has_error());
        return answer.error().code;
    };
    CHECK(sent(account_of("https://other.example"), api_host::service) == "host_refused");
    CHECK(sent(account_of("https://localhost:2"), api_host::service) == "host_refused");
    CHECK(sent(account_of("https://localhost:1"), api_host::service) == "host_refused");  // private
    CHECK(sent(account_of("http://127.0.0.1:1"), api_host::service) ==
          "not_sent");  // nobody listens
    CHECK(sent(account_of("http://127.0.0.1:1"), api_host::api) == "host_refused");
    auto stripe = account_of("");
    stripe.mode = tenancy::account_mode::test;
    CHECK(sent(stripe, api_host::service) == "host_refused");
}

}  // namespace service_upstream_test
