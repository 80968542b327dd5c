#include "tenancy/oauth/client_id.hpp"

#include "tenancy/oauth/sealed_text.hpp"

namespace tollgate::tenancy::oauth {

namespace {

std::string purpose_at(std::string_view server_id) {
    return "oauth client at " + std::string{server_id};
}

}  // namespace

std::string make_client_id(std::string_view key, std::string_view server_id,
                           const registered_client& client) {
    return std::string{client_id_prefix} + seal_text(key, encode(client), purpose_at(server_id));
}

std::optional<registered_client> open_client_id(std::string_view key, std::string_view server_id,
                                                std::string_view id) {
    if (!id.starts_with(client_id_prefix)) return {};
    const auto text = open_text(key, id.substr(client_id_prefix.size()), purpose_at(server_id));
    if (!text) return {};
    return decode_registered(*text);
}

}  // namespace tollgate::tenancy::oauth
