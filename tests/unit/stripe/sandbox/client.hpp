// A client of the sandbox without sockets: requests in, parsed answers out.
#pragma once
#include <nlohmann/json.hpp>

#include <string>
#include <utility>
#include <vector>

#include "base/clock.hpp"
#include "stripe/sandbox/sandbox.hpp"

namespace tollgate::sandbox::test {

using json = nlohmann::ordered_json;
using headers = std::vector<std::pair<std::string, std::string>>;

struct reply {
    unsigned status = 0;
    json body;
    headers sent;

    // The header of that name, or an empty string.
    std::string header(const std::string& name) const {
        for (const auto& [key, value] : sent)
            if (key == name) return value;
        return {};
    }
    // error.code and error.param, for short; empty on success.
    std::string code() const { return of_error("code"); }
    std::string param() const { return of_error("param"); }

private:
    std::string of_error(const char* field) const {
        return body.contains("error") ? body.at("error").value(field, "") : "";
    }
};

class client {
public:
    explicit client(bool with_business = false)
        : clock{base::parse_timestamp("2026-11-20T12:00:00Z").value()},
          box{clock, {"rk_test_configured1234", "test", with_business}} {}

    // With the business, as of a moment.
    explicit client(base::timestamp moment)
        : clock{moment}, box{clock, {"rk_test_configured1234", "test", true}} {}

    // As told.
    explicit client(options with)
        : clock{base::parse_timestamp("2026-11-20T12:00:00Z").value()}, box{clock, with} {
        key = with.api_key;
    }

    reply send(const std::string& method, const std::string& target, std::string body = {},
               const headers& more = {}) {
        base::http_request request;
        request.method = method;
        request.target = target;
        const std::string_view whole = target;
        const auto mark = whole.find('?');
        request.path = whole.substr(0, mark);
        if (mark != std::string_view::npos) request.query = whole.substr(mark + 1);
        const auto authorization = "Bearer " + key;
        if (!key.empty()) request.headers.push_back({"Authorization", authorization});
        for (const auto& [name, value] : more) request.headers.push_back({name, value});
        request.body = std::move(body);
        auto out = box.handle(request);
        return {out.status, json::parse(out.body), std::move(out.headers)};
    }
    reply get(const std::string& target) { return send("GET", target); }
    reply post(const std::string& target, const std::string& body = {}) {
        return send("POST", target, body);
    }
    reply remove(const std::string& target) { return send("DELETE", target); }

    // Every object of a list, by its own cursors.
    std::vector<json> all(const std::string& path, const std::string& query = {}) {
        std::vector<json> out;
        std::string after;
        for (;;) {
            auto page = get(path + "?limit=100&" + query + after);
            for (auto& each : page.body.at("data")) out.push_back(std::move(each));
            if (!page.body.at("has_more").get<bool>()) return out;
            after = "&starting_after=" + out.back().at("id").get<std::string>();
        }
    }

    base::manual_clock clock;
    sandbox box;
    std::string key = "rk_test_configured1234";
};

inline std::string id_of(const reply& of) {
    return of.body.at("id").get<std::string>();
}

}  // namespace tollgate::sandbox::test
