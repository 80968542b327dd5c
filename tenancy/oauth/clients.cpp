#include "tenancy/oauth/clients.hpp"

#include <utility>

#include "tenancy/oauth/redirect_uri.hpp"
#include "tenancy/rules/server_config.hpp"

namespace tollgate::tenancy::oauth {

using base::awaitable;
using base::result;

namespace {
constexpr std::size_t redirect_uris_max = 10;
constexpr std::size_t client_bytes_max = 2000;  // because an id is part of URLs
}  // namespace

result<> check_client(const client_metadata& client, const std::vector<std::string>& app_prefixes) {
    if (client.redirect_uris.empty())
        return base::invalid("invalid_redirect_uri",
                             "name at least one redirect URI, for the authorization_code grant");
    if (client.redirect_uris.size() > redirect_uris_max)
        return base::invalid("invalid_redirect_uri", "a client has at most 10 redirect URIs");
    for (const std::string& uri : client.redirect_uris) {
        const auto good = check_redirect_uri(uri, app_prefixes);
        if (!good) return good;
    }
    if (client.name.empty()) return {};
    const auto named = check_name(client.name, "client_name");
    if (named) return {};
    return base::invalid("invalid_client_metadata", named.error().message);
}

result<oauth_client> clients::add(const open_server& at, client_metadata client) const {
    const auto good = check_client(client, rules_.redirect_prefixes);
    if (!good) return good.error();
    std::size_t bytes = client.name.size();
    for (const std::string& uri : client.redirect_uris) bytes += uri.size();
    if (bytes > client_bytes_max)
        return base::invalid("invalid_client_metadata",
                             "client_name and redirect_uris have more than 2,000 bytes together");
    registered_client kept{std::move(client), env_.clock.now()};
    std::string id = make_client_id(id_key_.reveal(), at.id, kept);
    return oauth_client{std::move(id), std::move(kept.metadata.name),
                        std::move(kept.metadata.redirect_uris), kept.created_at};
}

awaitable<result<std::optional<oauth_client>>> clients::find(const open_server& at,
                                                             std::string id) {
    auto opened = open_client_id(id_key_.reveal(), at.id, id);
    if (opened && env_.clock.now() < opened->created_at + rules_.unused_client_lifetime)
        co_return std::optional<oauth_client>{
            oauth_client{std::move(id), std::move(opened->metadata.name),
                         std::move(opened->metadata.redirect_uris), opened->created_at}};
    auto row = co_await env_.store.find_oauth_client(at.team_id, at.id, std::move(id));
    if (!row) co_return row.error();
    if (!*row || env_.clock.now() >= (*row)->expires_at) co_return std::optional<oauth_client>{};
    auto uris = decode_words((*row)->redirect_uris);
    if (!uris) co_return uris.error();
    co_return std::optional<oauth_client>{
        oauth_client{(*row)->id, (*row)->name, std::move(*uris), (*row)->created_at}};
}

}  // namespace tollgate::tenancy::oauth
