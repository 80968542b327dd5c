#include "server/delivery/webhook_signature.hpp"

#include "base/crypto.hpp"

namespace tollgate::server::delivery {

base::result<base::secret> parse_webhook_secret(std::string_view text) {
    constexpr std::string_view spaces = " \t\r\n";
    constexpr std::string_view prefix = "whsec_";
    constexpr std::size_t bytes_min = 24;
    constexpr std::size_t bytes_max = 64;
    text.remove_prefix(std::min(text.find_first_not_of(spaces), text.size()));
    text = text.substr(0, text.find_last_not_of(spaces) + 1);
    if (text.starts_with(prefix)) text.remove_prefix(prefix.size());
    auto key = base::from_base64(text);
    if (key && key->size() >= bytes_min && key->size() <= bytes_max)
        return base::secret{std::move(*key)};
    return base::invalid("bad_secret",
                         "must be base64 of 24 to 64 random bytes, with or without whsec_ before "
                         "it; openssl rand -base64 32 makes one");
}

std::string webhook_seconds(base::timestamp at) {
    return std::to_string(std::chrono::floor<std::chrono::seconds>(at).time_since_epoch().count());
}

std::string sign_webhook(const base::secret& key, std::string_view id, base::timestamp at,
                         std::string_view body) {
    std::string content{id};
    content += '.';
    content += webhook_seconds(at);
    content += '.';
    content += body;
    const base::digest mac = base::hmac_sha256(key.reveal(), content);
    return "v1," + base::base64(base::as_view(mac));
}

}  // namespace tollgate::server::delivery
