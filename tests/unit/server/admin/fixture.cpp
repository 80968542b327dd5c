#include "tests/unit/server/admin/fixture.hpp"

#include <catch2/catch.hpp>

#include "server/admin/routes.hpp"

namespace tollgate::test {

namespace {

const openapi_document& document() {
    static const openapi_document loaded = [] {
        admin_fixture t;
        base::http_request request;
        request.method = "GET";
        request.target = request.path = "/openapi.yaml";
        admin::admin_api api{admin::services{*t.registry}, t.log};
        return openapi_document{run_sync(api.handle(request, {"req_0", "", ""})).body};
    }();
    return loaded;
}

// The pattern that the path stands for, when the API knows it.
std::string_view pattern_of(std::string_view verb, std::string_view path) {
    const auto match = admin::match_route(verb, path);
    return match.found == nullptr ? std::string_view{} : match.found->pattern;
}

}  // namespace

std::string reply::header(std::string_view name) const {
    for (const auto& [key, value] : headers)
        if (base::equal_ignore_case(key, name)) return value;
    return {};
}

reply admin_fixture::send(std::string_view verb, const std::string& target, std::string body,
                          header_list extra) {
    return send_as(key, verb, target, std::move(body), std::move(extra));
}

reply admin_fixture::send_as(const std::string& secret, std::string_view verb,
                             const std::string& target, std::string body, header_list extra) {
    const std::string authorization = "Bearer " + secret;
    base::http_request request;
    request.method = verb;
    request.target = target;
    request.path = std::string_view{target}.substr(0, target.find('?'));
    request.query =
        std::string_view{target}.substr(std::min(request.path.size() + 1, target.size()));
    if (!secret.empty()) request.headers.push_back({"Authorization", authorization});
    if (!body.empty()) request.headers.push_back({"Content-Type", "application/json"});
    for (const auto& [name, value] : extra)
        request.headers.insert(request.headers.begin(), {name, value});
    request.body = std::move(body);
    admin::admin_api api{admin::services{*registry}, log};
    const auto response = run_sync(
        api.handle(request, {"req_1", "https://gateway.example", "192.0.2.1", "192.0.2.1", true}));

    reply out;
    out.status = response.status;
    out.content_type = response.content_type;
    out.headers = response.headers;
    out.text = response.body;
    out.body = json::parse(out.text, nullptr, false);
    if (out.body.is_discarded()) out.body = nullptr;
    const auto pattern = pattern_of(verb, request.path);
    if (!pattern.empty()) {
        INFO(verb << " " << target << " " << out.status << " " << out.text);
        CHECK(document().check(verb, pattern, out.status, out.content_type, out.text) ==
              std::vector<std::string>{});
    }
    if (out.status >= 400) {
        INFO(out.text);
        CHECK(out.body.value("status", 0U) == out.status);
        CHECK(out.body.value("request_id", "") == "req_1");
    }
    return out;
}

std::string admin_fixture::connect_account() {
    const auto made = send("POST", "/integrated-account",
                           R"({"name":"Acme","credential":")" + test_credential + R"("})");
    REQUIRE(made.status == 201);
    return made.id();
}

std::string admin_fixture::key_with_role(const std::string& role) {
    const auto made = send("POST", "/api-key", R"({"name":"k","role":")" + role + R"("})");
    REQUIRE(made.status == 201);
    return made.body.at("key");
}

std::string admin_fixture::foreign_key() {
    const auto made = send("POST", "/team", R"({"name":"Other"})");
    REQUIRE(made.status == 201);
    return made.body.at("api_key").at("key");
}

}  // namespace tollgate::test
