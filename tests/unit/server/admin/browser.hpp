// People at browsers, for tests of the admin API.
#pragma once
#include <catch2/catch.hpp>

#include <string>

#include "tests/unit/server/admin/fixture.hpp"

namespace tollgate::test {

inline const std::string password = "correct horse battery";

inline std::string body_of(std::initializer_list<std::pair<const char*, std::string>> members) {
    json out = json::object();
    for (const auto& [name, value] : members) out[name] = value;
    return out.dump();
}

// A browser: keeps its cookie, and sends what a page of ours sends.
struct browser {
    admin_fixture& t;
    std::string cookie{};
    std::string csrf{};

    reply send(std::string_view verb, const std::string& target, std::string body = {}) {
        header_list headers{{"Origin", "https://gateway.example"}, {"User-Agent", "Test/1"}};
        if (!cookie.empty()) headers.emplace_back("Cookie", "other=1; " + cookie);
        if (!csrf.empty()) headers.emplace_back("X-CSRF-Token", csrf);
        return t.send_as("", verb, target, std::move(body), headers);
    }
    reply sign_in(const std::string& email, const std::string& with = password,
                  const std::string& code = {}) {
        json body{{"email", email}, {"password", with}};
        if (!code.empty()) body["code"] = code;
        const auto out = send("POST", "/session", body.dump());
        if (out.status != 201) return out;
        const std::string set = out.header("Set-Cookie");
        cookie = set.substr(0, set.find(';'));
        csrf = out.body.at("csrf_token");
        return out;
    }
};

// Invites a person and sets the password; returns the id.
inline std::string make_person(admin_fixture& t, const std::string& email,
                               const std::string& role) {
    const auto made =
        t.send("POST", "/person", body_of({{"name", "Ana"}, {"email", email}, {"role", role}}));
    REQUIRE(made.status == 201);
    const std::string token = made.body.at("invitation").at("token");
    const auto accepted = t.send_as("", "POST", "/person/accept-invitation",
                                    body_of({{"token", token}, {"password", password}}));
    REQUIRE(accepted.status == 200);
    return made.id();
}

}  // namespace tollgate::test
