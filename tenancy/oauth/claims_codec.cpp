#include <nlohmann/json.hpp>

#include <algorithm>

#include "tenancy/oauth/claims.hpp"

namespace tollgate::tenancy::oauth {

namespace {

using json = nlohmann::ordered_json;

constexpr int depth_max = 8;

std::string text_of(const json& value) {
    return value.dump(-1, ' ', false, json::error_handler_t::replace);
}

std::int64_t seconds_of(base::timestamp at) {
    return std::chrono::floor<std::chrono::seconds>(at).time_since_epoch().count();
}

// Takes required members, and remembers whether any was missing.
class taker {
public:
    explicit taker(const json& object) : object_(object) {}

    void operator()(const char* name, std::string& out) {
        const auto found = object_.find(name);
        whole_ = whole_ && found != object_.end() && found->is_string();
        if (whole_) out = found->get<std::string>();
    }
    std::int64_t number(const char* name) {
        const auto found = object_.find(name);
        whole_ = whole_ && found != object_.end() && found->is_number_integer();
        return whole_ ? found->get<std::int64_t>() : 0;
    }
    bool whole() const { return whole_; }

private:
    const json& object_;
    bool whole_ = true;
};

json parse(std::string_view text) {
    const auto shallow = [](int depth, json::parse_event_t, json&) { return depth <= depth_max; };
    json out = json::parse(text, shallow, false);
    return out.is_object() ? out : json::object();
}

json object_of(const consent_request& request) {
    return {{"server", request.server_id}, {"client", request.client_id},
            {"name", request.client_name}, {"redirect", request.redirect_uri},
            {"state", request.state},      {"challenge", request.challenge},
            {"scope", request.scope},      {"until", base::to_unix_ms(request.expires_at)}};
}

std::optional<consent_request> request_of(const json& object) {
    consent_request out;
    taker take{object};
    take("server", out.server_id);
    take("client", out.client_id);
    take("name", out.client_name);
    take("redirect", out.redirect_uri);
    take("state", out.state);
    take("challenge", out.challenge);
    take("scope", out.scope);
    out.expires_at = base::from_unix_ms(take.number("until"));
    if (!take.whole()) return {};
    return out;
}

// True if the member is absent, or is a list of strings that contains `word`.
bool allows(const json& object, const char* name, std::string_view word) {
    const auto found = object.find(name);
    if (found == object.end()) return true;
    return found->is_array() && std::any_of(found->begin(), found->end(), [&](const json& item) {
               return item.is_string() && item == word;
           });
}

}  // namespace

std::string encode(const access_claims& claims) {
    return text_of({{"iss", claims.issuer},
                    {"aud", claims.audience},
                    {"sub", claims.authorization},
                    {"client_id", claims.client_id},
                    {"scope", claims.scope},
                    {"jti", claims.id},
                    {"iat", seconds_of(claims.issued_at)},
                    {"exp", seconds_of(claims.expires_at)}});
}

std::optional<access_claims> decode_access(std::string_view text) {
    const json object = parse(text);
    access_claims out;
    taker take{object};
    take("iss", out.issuer);
    take("aud", out.audience);
    take("sub", out.authorization);
    take("client_id", out.client_id);
    take("scope", out.scope);
    take("jti", out.id);
    out.issued_at = base::timestamp{std::chrono::seconds{take.number("iat")}};
    out.expires_at = base::timestamp{std::chrono::seconds{take.number("exp")}};
    if (!take.whole()) return {};
    return out;
}

std::string encode(const consent_request& request) {
    return text_of(object_of(request));
}

std::optional<consent_request> decode_request(std::string_view text) {
    const json object = parse(text);
    return request_of(object);
}

std::string encode(const code_claims& claims) {
    json out = object_of(claims.request);
    out["authorization"] = claims.authorization;
    out["team"] = claims.team_id;
    out["by"] = claims.allowed_by;
    return text_of(out);
}

std::optional<code_claims> decode_code(std::string_view text) {
    const json object = parse(text);
    auto request = request_of(object);
    if (!request) return {};
    code_claims out;
    out.request = std::move(*request);
    taker take{object};
    take("authorization", out.authorization);
    take("team", out.team_id);
    take("by", out.allowed_by);
    if (!take.whole()) return {};
    return out;
}

// Short member names: the text is part of every URL that contains the client_id.
std::string encode(const registered_client& client) {
    return text_of({{"n", client.metadata.name},
                    {"r", client.metadata.redirect_uris},
                    {"t", base::to_unix_ms(client.created_at)}});
}

std::optional<registered_client> decode_registered(std::string_view text) {
    const json object = parse(text);
    const auto uris = object.find("r");
    if (uris == object.end() || !uris->is_array()) return {};
    registered_client out;
    taker take{object};
    take("n", out.metadata.name);
    out.created_at = base::from_unix_ms(take.number("t"));
    if (!take.whole()) return {};
    for (const json& uri : *uris) {
        if (!uri.is_string()) return {};
        out.metadata.redirect_uris.push_back(uri.get<std::string>());
    }
    return out;
}

std::optional<client_metadata> decode_client(std::string_view text) {
    const auto shallow = [](int depth, json::parse_event_t, json&) { return depth <= depth_max; };
    const json object = json::parse(text, shallow, false);
    if (!object.is_object()) return {};
    client_metadata out;
    taker take{object};
    if (object.contains("client_id")) take("client_id", out.id);
    if (object.contains("client_name")) take("client_name", out.name);
    const auto uris = object.find("redirect_uris");
    if (!take.whole() || (uris != object.end() && !uris->is_array())) return {};
    if (!allows(object, "grant_types", "authorization_code") ||
        !allows(object, "response_types", "code") || uris == object.end())
        return out;
    for (const json& uri : *uris) {
        if (!uri.is_string()) return {};
        out.redirect_uris.push_back(uri.get<std::string>());
    }
    return out;
}

}  // namespace tollgate::tenancy::oauth
