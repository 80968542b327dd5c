#include <nlohmann/json.hpp>

#include <algorithm>

#include "base/crypto.hpp"
#include "base/encoding.hpp"
#include "base/foreign_keys.hpp"
#include "tenancy/people/id_token.hpp"

namespace tollgate::tenancy {

namespace {

using base::errc;
using base::fail;
using base::result;
using nlohmann::json;

constexpr std::size_t token_bytes_max = std::size_t{32} * 1024;
constexpr int document_depth_max = 16;
constexpr std::int64_t clock_skew_s = 60;
constexpr std::size_t subject_bytes_max = 255;  // OpenID Connect Core 1.0 §2

base::failure bad_answer(std::string why) {
    return fail(errc::unavailable, "provider_answer", std::move(why));
}

base::failure bad_token(std::string why) {
    return fail(errc::unauthorized, "bad_id_token", std::move(why));
}

// An object that is not nested too deeply; anything else is null.
json object_in(std::string_view text) {
    bool deep = false;
    json out = json::parse(
        text,
        [&deep](int depth, json::parse_event_t, json&) {
            deep = deep || depth > document_depth_max;
            return !deep;
        },
        false);
    return out.is_object() && !deep ? out : json{};
}

std::string word_of(const json& object, const char* name) {
    const auto found = object.find(name);
    return found != object.end() && found->is_string() ? found->get<std::string>() : std::string{};
}

std::optional<std::int64_t> seconds_of(const json& object, const char* name) {
    const auto found = object.find(name);
    if (found == object.end() || !found->is_number()) return {};
    constexpr double latest = 253'402'300'799.0;  // the year 9999
    const double value = found->get<double>();
    if (!(value >= 0 && value <= latest)) return {};
    return static_cast<std::int64_t>(value);
}

std::vector<std::string> words_of(const json& value) {
    std::vector<std::string> out;
    if (value.is_string()) out.push_back(value.get<std::string>());
    if (value.is_array())
        for (const json& one : value)
            if (one.is_string()) out.push_back(one.get<std::string>());
    return out;
}

struct token_parts {
    json header;
    json claims;
    std::string signature;
    std::string_view signed_text;
};

std::optional<token_parts> split_token(std::string_view token) {
    const auto first = token.find('.');
    const auto second = token.find('.', first == std::string_view::npos ? first : first + 1);
    if (token.size() > token_bytes_max || second == std::string_view::npos ||
        token.find('.', second + 1) != std::string_view::npos)
        return {};
    const auto header = base::from_base64url(token.substr(0, first));
    const auto claims = base::from_base64url(token.substr(first + 1, second - first - 1));
    auto signature = base::from_base64url(token.substr(second + 1));
    if (!header || !claims || !signature) return {};
    token_parts out{object_in(*header), object_in(*claims), std::move(*signature),
                    token.substr(0, second)};
    if (!out.header.is_object() || !out.claims.is_object()) return {};
    return out;
}

// Each algorithm accepts only its own kind of key, so that no key is used with another algorithm. A
// token that names no key may be signed with a key that is not yet known.
result<> check_signature(const token_parts& token, const std::vector<provider_key>& keys) {
    const std::string algorithm = word_of(token.header, "alg");
    if (algorithm != "RS256" && algorithm != "ES256")
        return bad_token("the ID token is not signed with RS256 or ES256");
    if (token.header.contains("crit")) return bad_token("the ID token has a critical header");
    const std::string id = word_of(token.header, "kid");
    bool tried = false;
    for (const provider_key& key : keys) {
        const bool rsa = !key.modulus.empty();
        if (rsa != (algorithm == "RS256") || (!id.empty() && key.id != id)) continue;
        tried = true;
        const bool right =
            rsa ? base::rsa_sha256_verify(key.modulus, key.exponent, token.signed_text,
                                          token.signature)
                : base::p256_sha256_verify(key.x, key.y, token.signed_text, token.signature);
        if (right) return {};
    }
    if (!tried || id.empty())
        return fail(errc::unauthorized, "unknown_key",
                    "the ID token is signed with a key that the provider does not publish");
    return bad_token("the signature of the ID token is wrong");
}

// OpenID Connect Core 1.0 §3.1.3.7, items 3 to 5.
result<> check_audience(const json& claims, const std::string& client_id) {
    const auto audience = claims.find("aud");
    const auto all = audience == claims.end() ? std::vector<std::string>{} : words_of(*audience);
    if (std::find(all.begin(), all.end(), client_id) == all.end())
        return bad_token("the ID token is for another client");
    const std::string presenter = word_of(claims, "azp");
    if (!presenter.empty() ? presenter == client_id : all.size() == 1) return {};
    return bad_token("the ID token was given to another client");
}

result<> check_times(const json& claims, base::timestamp now) {
    const std::int64_t now_s = base::to_unix_ms(now) / 1000;
    const auto expires = seconds_of(claims, "exp");
    if (!expires || now_s >= *expires + clock_skew_s) return bad_token("the ID token has expired");
    const auto issued = seconds_of(claims, "iat");
    if (!issued || *issued > now_s + clock_skew_s)
        return bad_token("the ID token says that it was issued later than now");
    return {};
}

id_claims claims_in(const json& claims) {
    id_claims out;
    out.issuer = word_of(claims, "iss");
    out.subject = word_of(claims, "sub");
    out.email = word_of(claims, "email");
    const auto verified = claims.find("email_verified");
    out.email_verified =
        verified != claims.end() && verified->is_boolean() && verified->get<bool>();
    out.name = word_of(claims, "name");
    for (const auto& [name, value] : claims.items())
        if (value.is_string() || value.is_array()) out.words[name] = words_of(value);
    return out;
}

}  // namespace

result<provider_metadata> decode_provider(std::string_view body) {
    const json parsed = object_in(body);
    if (!parsed.is_object()) return bad_answer("its discovery document is not a JSON object");
    provider_metadata out{word_of(parsed, "issuer"),
                          word_of(parsed, "authorization_endpoint"),
                          word_of(parsed, "token_endpoint"),
                          word_of(parsed, "jwks_uri"),
                          word_of(parsed, "userinfo_endpoint"),
                          word_of(parsed, "end_session_endpoint")};
    if (out.authorization_endpoint.empty() || out.token_endpoint.empty() || out.jwks_uri.empty())
        return bad_answer("its discovery document lacks an endpoint");
    return out;
}

result<std::vector<provider_key>> decode_provider_keys(std::string_view body) {
    const json parsed = object_in(body);
    const auto list = parsed.is_object() ? parsed.find("keys") : parsed.end();
    if (!parsed.is_object() || list == parsed.end() || !list->is_array())
        return bad_answer("its key set is not a list of keys");
    std::vector<provider_key> out;
    for (const json& one : *list) {
        if (!one.is_object() || word_of(one, "use") == "enc") continue;
        const auto part = [&one](const char* name) {
            return base::from_base64url(word_of(one, name)).value_or("");
        };
        provider_key key;
        key.id = word_of(one, "kid");
        if (word_of(one, "kty") == "RSA") {
            key.modulus = part("n");
            key.exponent = part("e");
        } else if (word_of(one, "kty") == "EC" && word_of(one, "crv") == "P-256") {
            key.x = part("x");
            key.y = part("y");
        }
        if (!key.modulus.empty() || !key.x.empty()) out.push_back(std::move(key));
    }
    return out;
}

namespace {

// RFC 6750 §2.1: what may stand in an Authorization header.
bool sendable(std::string_view access_token) {
    constexpr std::string_view allowed =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~+/";
    const auto end = access_token.find_first_not_of(allowed);
    return end == std::string_view::npos ||
           access_token.find_first_not_of('=', end) == std::string_view::npos;
}

}  // namespace

result<token_answer> decode_token_answer(std::string_view body) {
    const json parsed = object_in(body);
    std::string token = parsed.is_object() ? word_of(parsed, "id_token") : std::string{};
    if (token.empty()) return bad_answer("it answered the code without an ID token");
    std::string access = word_of(parsed, "access_token");
    if (!sendable(access)) access.clear();
    return token_answer{base::secret{std::move(token)}, base::secret{std::move(access)}};
}

result<> add_user_info(id_claims& claims, std::string_view body) {
    const json parsed = object_in(body);
    if (!parsed.is_object()) return bad_answer("its UserInfo is not a JSON object");
    id_claims said = claims_in(parsed);
    // OpenID Connect Core 1.0 §5.3.2: of another person, it must not be used.
    if (said.subject != claims.subject) return bad_answer("its UserInfo is of another person");
    if (claims.email.empty()) {
        claims.email = std::move(said.email);
        claims.email_verified = said.email_verified;
    }
    if (claims.name.empty()) claims.name = std::move(said.name);
    claims.words.merge(said.words);
    return {};
}

std::string key_id_of(std::string_view token) {
    const auto parts = split_token(token);
    return parts ? word_of(parts->header, "kid") : std::string{};
}

result<id_claims> check_id_token(std::string_view token, const std::vector<provider_key>& keys,
                                 const token_expectations& expected) {
    const auto parts = split_token(token);
    if (!parts) return bad_token("the ID token is malformed");
    const auto is_signed = check_signature(*parts, keys);
    if (!is_signed) return is_signed.error();
    const json& claims = parts->claims;
    if (word_of(claims, "iss") != expected.issuer)
        return bad_token("the ID token is of another issuer");
    const auto for_us = check_audience(claims, expected.client_id);
    if (!for_us) return for_us.error();
    const auto in_time = check_times(claims, expected.now);
    if (!in_time) return in_time.error();
    if (expected.nonce.empty() ||
        !base::equal_constant_time(word_of(claims, "nonce"), expected.nonce))
        return bad_token("the ID token was not made for this sign-in");
    id_claims out = claims_in(claims);
    if (out.subject.empty() || out.subject.size() > subject_bytes_max)
        return bad_token("the ID token has no usable subject");
    return out;
}

}  // namespace tollgate::tenancy
