// The admin API on a real tenancy; every answer is checked against openapi.yaml.
#pragma once
#include <nlohmann/json.hpp>

#include <string>
#include <utility>
#include <vector>

#include "server/admin/admin_api.hpp"
#include "tests/support/tenancy_fixture.hpp"
#include "tests/unit/server/admin/openapi_document.hpp"

namespace tollgate::test {

struct reply {
    unsigned status = 0;
    std::string content_type;
    std::vector<std::pair<std::string, std::string>> headers;
    std::string text;
    json body;  // null when there is none

    std::string header(std::string_view name) const;
    std::string code() const { return body.is_object() ? body.value("code", "") : ""; }
    std::string field() const { return body.is_object() ? body.value("field", "") : ""; }
    std::string detail() const { return body.is_object() ? body.value("detail", "") : ""; }
    std::string id() const { return body.at("id").get<std::string>(); }
};

using header_list = std::vector<std::pair<std::string, std::string>>;

class admin_fixture : public tenancy_fixture {
public:
    admin_fixture() : key(owner_secret.reveal()) {}

    // Sends a request with the fixture's key. Fails the test when the answer does not fit the
    // document.
    reply send(std::string_view verb, const std::string& target, std::string body = {},
               header_list extra = {});
    // The same with another key; empty: no Authorization header.
    reply send_as(const std::string& secret, std::string_view verb, const std::string& target,
                  std::string body = {}, header_list extra = {});

    // Makes an account and returns its id.
    std::string connect_account();
    // An API key of the own team with that role.
    std::string key_with_role(const std::string& role);
    // Another team's first key.
    std::string foreign_key();

    std::string key;
};

}  // namespace tollgate::test
