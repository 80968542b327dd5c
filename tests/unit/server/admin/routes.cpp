// openapi.yaml and the route table say the same.
#include "server/admin/routes.hpp"

#include <catch2/catch.hpp>

#include <set>

#include "server/admin/people_codec.hpp"
#include "server/admin/request_codec.hpp"
#include "tests/unit/server/admin/fixture.hpp"

namespace openapi_test {

using namespace tollgate;
using test::admin_fixture;
using test::json;
using test::openapi_document;

TEST_CASE("admin openapi: is served without a key", "[admin][openapi]") {
    admin_fixture t;
    const auto served = t.send_as("", "GET", "/openapi.yaml");
    CHECK(served.status == 200);
    CHECK(served.content_type == "application/yaml");
    const openapi_document document{served.text};
    CHECK(document.root().at("openapi") == "3.1.0");
}

TEST_CASE("admin openapi: every route is in the document and every call in the routes",
          "[admin][openapi]") {
    admin_fixture t;
    const openapi_document document{t.send_as("", "GET", "/openapi.yaml").text};
    std::set<std::string> routed;
    for (const auto& route : admin::routes()) {
        const json* call = document.operation(route.verb, route.pattern);
        INFO(route.verb << " " << route.pattern);
        REQUIRE(call != nullptr);
        CHECK(routed.insert(std::string{route.verb} + " " + std::string{route.pattern}).second);
        // the role is said, and the one call without a key says so
        if (route.role_min) {
            const auto summary = call->at("summary").get<std::string>();
            const std::string role{tenancy::to_string(*route.role_min)};
            CHECK((summary.find("(" + role + ")") != std::string::npos ||
                   summary.find("(instance owner)") != std::string::npos));
        } else {
            CHECK(call->at("security").empty());
        }
        const json parameters = call->value("parameters", json::array());
        const bool takes_key = std::any_of(parameters.begin(), parameters.end(), [](const json& p) {
            return p.value("$ref", "") == "#/components/parameters/idempotencyKey";
        });
        // A freeze twice is a freeze once, and so with the others: they need no key.
        const bool makes =
            route.verb == "POST" && !route.pattern.ends_with("/freeze") &&
            !route.pattern.ends_with("/suspend") && !route.pattern.ends_with("/revoke") &&
            !route.pattern.ends_with("/replay") && !route.pattern.ends_with("/reconcile") &&
            !route.pattern.ends_with("/outcome") && !route.pattern.ends_with("/approve") &&
            !route.pattern.ends_with("/deny") && !route.pattern.ends_with("/test") &&
            !route.pattern.ends_with("/import") && !route.pattern.ends_with("/sync") &&
            !route.pattern.ends_with("/repeat") && !route.pattern.starts_with("/session") &&
            !route.pattern.ends_with("/exception") && !route.pattern.ends_with("/sign-in-link") &&
            !route.pattern.starts_with("/policy-change");
        CHECK(takes_key == (makes && !route.asks));
    }
    std::size_t calls = 0;
    for (const auto& [path, item] : document.root().at("paths").items())
        for (const auto& [verb, call] : item.items())
            if (verb != "parameters") ++calls;
    CHECK(calls == routed.size());
}

TEST_CASE("admin openapi: the bodies it describes have the fields the codec knows",
          "[admin][openapi]") {
    admin_fixture t;
    const openapi_document document{t.send_as("", "GET", "/openapi.yaml").text};
    const auto& schemas = document.root().at("components").at("schemas");
    // Sends every property with an impossible value: a field the codec knows fails by its type or
    // value, another one as unknown_field.
    const auto knows_all = [&](const char* schema, const auto& decode) {
        for (const auto& [name, property] : schemas.at(schema).at("properties").items()) {
            json body = json::object();
            body[name] = 1.5;
            INFO(schema << "." << name);
            const auto decoded = decode(body.dump());
            REQUIRE(decoded.has_error());
            CHECK(decoded.error().code != "unknown_field");
        }
    };
    knows_all("NewTeam", admin::decode_team);
    knows_all("NewApiKey", admin::decode_api_key);
    knows_all("NewWebhook", admin::decode_webhook);
    knows_all("NewIntegratedAccount", admin::decode_account);
    knows_all("IntegratedAccountPatch", admin::decode_account_patch);
    knows_all("NewMcpServer", admin::decode_server);
    knows_all("McpServerPatch", admin::decode_server_patch);
    knows_all("Rotation", admin::decode_rotation);
    knows_all("MassRevoke", admin::decode_mass);
    knows_all("SyncOrders", admin::decode_order_sync);
    knows_all("SuspendReason", admin::decode_reason);
    knows_all("McpServerSearch", admin::decode_find);
    knows_all("RevokedToken", admin::decode_token);
    knows_all("AuditReplay", admin::decode_replay);
    knows_all("NewPerson", admin::decode_person);
    knows_all("PersonPatch", admin::decode_person_patch);
    knows_all("InvitationAcceptance", admin::decode_acceptance);
    knows_all("SignIn", admin::decode_sign_in);
    knows_all("PasswordChange", admin::decode_password_change);
    knows_all("OwnPassword", admin::decode_own_password);
    knows_all("OneTimeCode", admin::decode_code);
}

TEST_CASE("admin openapi: the test's validator finds what does not fit", "[admin][openapi]") {
    const openapi_document document{R"(
paths: {}
components:
  schemas:
    Thing:
      type: object
      additionalProperties: false
      required: [id, at]
      properties:
        id: {type: string}
        at: {type: [string, 'null'], format: date-time}
        kind: {type: string, enum: [a, b]}
        list: {type: array, items: {type: integer}}
)"};
    const json& thing = document.root().at("components").at("schemas").at("Thing");
    const auto wrong = [&](const char* text) {
        return document.validate(thing, json::parse(text)).size();
    };
    CHECK(wrong(R"({"id":"x","at":null,"kind":"a","list":[1,2]})") == 0);
    CHECK(wrong(R"({"id":"x","at":"2026-01-01T00:00:00.000Z"})") == 0);
    CHECK(wrong(R"({"id":1,"at":null})") == 1);
    CHECK(wrong(R"({"at":null})") == 1);
    CHECK(wrong(R"({"id":"x","at":"soon"})") == 1);
    CHECK(wrong(R"({"id":"x","at":null,"kind":"c"})") == 1);
    CHECK(wrong(R"({"id":"x","at":null,"list":[1,"2"]})") == 1);
    CHECK(wrong(R"({"id":"x","at":null,"secret":1})") == 1);
    CHECK(wrong("[]") == 1);
}

}  // namespace openapi_test
