#include "server/delivery/sign_on_provider.hpp"

#include <mutex>
#include <optional>
#include <utility>

#include "base/crypto.hpp"
#include "base/encoding.hpp"
#include "base/url.hpp"
#include "server/delivery/address.hpp"
#include "server/delivery/json_request.hpp"

namespace tollgate::server::delivery {

namespace {

using base::awaitable;
using base::errc;
using base::fail;
using base::result;
using tenancy::provider_key;
using tenancy::provider_metadata;
using tenancy::sign_on_attempt;

constexpr std::string_view discovery_path = "/.well-known/openid-configuration";
constexpr std::chrono::hours documents_kept{1};
constexpr std::chrono::seconds failure_kept{
    5};  // so that visitors cannot make us send requests endlessly
constexpr unsigned status_ok = 200;

base::failure provider_unavailable(const std::string& doing, const std::string& why) {
    return fail(errc::unavailable, "provider_unavailable",
                "the identity provider could not be asked for " + doing + ": " + why);
}

// Adds to a form.
void add_field(std::string& out, std::string_view name, std::string_view value) {
    if (!out.empty()) out += '&';
    out.append(name).append("=");
    base::append_percent_encoded(out, value);
}

// RFC 7636 §4.2.
std::string pkce_challenge(std::string_view verifier) {
    return base::base64url(base::as_view(base::sha256(verifier)));
}

class sign_on_provider final : public tenancy::identity_provider {
public:
    sign_on_provider(sign_on_client client, network with, const base::clock& clock)
        : client_(std::move(client)), with_(std::move(with)), clock_(clock) {}

    const std::string& issuer() const override { return client_.issuer; }

    awaitable<result<std::string>> authorization_address(sign_on_attempt attempt) override {
        const auto provider = co_await metadata();
        if (!provider) co_return provider.error();
        std::string scope = "openid";
        for (const std::string& one : client_.scopes) scope += ' ' + one;
        std::string out = provider->authorization_endpoint;
        base::append_query(out, "response_type", "code");
        base::append_query(out, "client_id", client_.client_id);
        base::append_query(out, "redirect_uri", attempt.redirect_uri);
        base::append_query(out, "scope", scope);
        base::append_query(out, "state", attempt.state);
        base::append_query(out, "nonce", attempt.nonce);
        base::append_query(out, "code_challenge", pkce_challenge(attempt.verifier));
        base::append_query(out, "code_challenge_method", "S256");
        co_return out;
    }

    // Without id_token_hint: ID tokens are not kept.
    awaitable<result<std::string>> sign_out_address(std::string return_to) override {
        const auto provider = co_await metadata();
        if (!provider) co_return provider.error();
        std::string out = provider->end_session_endpoint;
        const auto usable = parse_webhook(out);  // https, or http on loopback
        if (!usable) co_return std::string{};
        base::append_query(out, "client_id", client_.client_id);
        base::append_query(out, "post_logout_redirect_uri", return_to);
        co_return out;
    }

    awaitable<result<tenancy::id_claims>> claims(std::string code,
                                                 sign_on_attempt attempt) override {
        const auto provider = co_await metadata();
        if (!provider) co_return provider.error();
        const auto token = co_await exchange(*provider, code, attempt);
        if (!token) co_return token.error();
        auto checked = co_await checked_claims(*provider, token->id_token, attempt);
        const bool whole = !checked || !checked->email.empty();
        if (whole || provider->userinfo_endpoint.empty() || token->access_token.empty())
            co_return checked;
        const auto added = co_await add_what_is_missing(*provider, token->access_token, *checked);
        if (!added) co_return added.error();
        co_return checked;
    }

private:
    enum class use_kept : std::uint8_t { no, yes };

    awaitable<result<tenancy::id_claims>> checked_claims(const provider_metadata& provider,
                                                         const base::secret& token,
                                                         const sign_on_attempt& attempt) {
        const tenancy::token_expectations expected{client_.issuer, client_.client_id, attempt.nonce,
                                                   clock_.now()};
        auto known = co_await keys(provider, use_kept::yes);
        if (!known) co_return known.error();
        auto checked = tenancy::check_id_token(token.reveal(), *known, expected);
        if (checked || checked.error().code != "unknown_key") co_return checked;
        // The provider may have changed its keys.
        known = co_await keys(provider, use_kept::no);
        if (!known) co_return known.error();
        co_return tenancy::check_id_token(token.reveal(), *known, expected);
    }

    // Many providers keep the e-mail address and groups out of the ID token of a code flow.
    awaitable<result<>> add_what_is_missing(const provider_metadata& provider,
                                            const base::secret& access,
                                            tenancy::id_claims& claims) {
        json_question what{.address = provider.userinfo_endpoint};
        what.authorization = base::secret{std::string{"Bearer "}.append(access.reveal())};
        auto answered = co_await ask_json(std::move(what), with_);
        if (!answered) co_return provider_unavailable("UserInfo", answered.error().message);
        if (answered->status != status_ok)
            co_return provider_unavailable("UserInfo",
                                           "it answered " + std::to_string(answered->status));
        co_return tenancy::add_user_info(claims, answered->body);
    }

    // The body of a 200 answer.
    awaitable<result<std::string>> fetch(std::string address, std::string doing) {
        json_question what{.address = std::move(address)};
        auto answered = co_await ask_json(std::move(what), with_);
        if (!answered) co_return provider_unavailable(doing, answered.error().message);
        if (answered->status == status_ok) co_return std::move(answered->body);
        co_return provider_unavailable(doing, "it answered " + std::to_string(answered->status));
    }

    // Cached for an hour; a failure, for some seconds.
    awaitable<result<provider_metadata>> metadata() {
        {
            const std::lock_guard lock{mutex_};
            if (metadata_ && clock_.now() < metadata_until_) co_return *metadata_;
        }
        auto read = co_await discover();
        const std::lock_guard lock{mutex_};
        metadata_ = read;
        metadata_until_ = clock_.now();
        metadata_until_ += read ? base::timestamp::duration{documents_kept}
                                : base::timestamp::duration{failure_kept};
        co_return read;
    }

    awaitable<result<provider_metadata>> discover() {
        std::string address = client_.issuer;
        if (address.ends_with('/')) address.pop_back();
        address += discovery_path;
        const auto body = co_await fetch(std::move(address), "its discovery document");
        if (!body) co_return body.error();
        auto read = tenancy::decode_provider(*body);
        if (read && read->issuer != client_.issuer)
            co_return fail(errc::unavailable, "provider_answer",
                           "its discovery document names another issuer: " + read->issuer);
        co_return read;
    }

    awaitable<result<std::vector<provider_key>>> keys(const provider_metadata& provider,
                                                      use_kept kept) {
        if (kept == use_kept::yes) {
            const std::lock_guard lock{mutex_};
            if (keys_ && clock_.now() < keys_until_) co_return *keys_;
        }
        const auto body = co_await fetch(provider.jwks_uri, "its keys");
        if (!body) co_return body.error();
        auto read = tenancy::decode_provider_keys(*body);
        if (!read) co_return read;
        const std::lock_guard lock{mutex_};
        keys_ = *read;
        keys_until_ = clock_.now() + documents_kept;
        co_return read;
    }

    awaitable<result<tenancy::token_answer>> exchange(const provider_metadata& provider,
                                                      const std::string& code,
                                                      const sign_on_attempt& attempt) {
        json_question what{.address = provider.token_endpoint};
        add_field(what.form, "grant_type", "authorization_code");
        add_field(what.form, "code", code);
        add_field(what.form, "redirect_uri", attempt.redirect_uri);
        add_field(what.form, "code_verifier", attempt.verifier);
        if (client_.client_secret.empty())
            add_field(what.form, "client_id", client_.client_id);
        else
            what.authorization = basic();
        auto answered = co_await ask_json(std::move(what), with_);
        if (!answered) co_return provider_unavailable("an ID token", answered.error().message);
        if (answered->status == status_ok) co_return tenancy::decode_token_answer(answered->body);
        const std::string status = std::to_string(answered->status);
        if (answered->status / 100 == 4)
            co_return fail(errc::unauthorized, "code_refused",
                           "the identity provider answered the code with " + status);
        co_return provider_unavailable("an ID token", "it answered " + status);
    }

    // RFC 6749 §2.3.1: id and secret are form-encoded first.
    base::secret basic() const {
        std::string pair;
        base::append_percent_encoded(pair, client_.client_id);
        pair += ':';
        base::append_percent_encoded(pair, client_.client_secret.reveal());
        return base::secret{"Basic " + base::base64(pair)};
    }

    const sign_on_client client_;
    const network with_;
    const base::clock& clock_;
    std::mutex mutex_;
    std::optional<result<provider_metadata>> metadata_;
    base::timestamp metadata_until_;
    std::optional<std::vector<provider_key>> keys_;
    base::timestamp keys_until_;
};

}  // namespace

std::unique_ptr<tenancy::identity_provider> make_sign_on_provider(sign_on_client client,
                                                                  network with,
                                                                  const base::clock& clock) {
    return std::make_unique<sign_on_provider>(std::move(client), std::move(with), clock);
}

}  // namespace tollgate::server::delivery
