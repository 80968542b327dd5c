#include "stripe/request/cursor_seal.hpp"

#include <algorithm>
#include <vector>

#include "base/crypto.hpp"
#include "base/encoding.hpp"

namespace tollgate::stripe {

namespace {

constexpr std::string_view prefix = "tgc_";
constexpr std::size_t mark_bytes = 3;    // four characters of Base64
constexpr std::size_t digest_bytes = 5;  // to detect mistakes; the seal itself prevents forgery
constexpr std::size_t skip_bytes = 2;
constexpr std::size_t fixed_bytes = 3 * digest_bytes + skip_bytes;
constexpr std::size_t nonce_bytes = 12;

base::secret derived(const base::secret& key, std::string_view purpose) {
    const base::digest made = base::hmac_sha256(key.reveal(), purpose);
    return base::secret{std::string{base::as_view(made)}};
}

std::string digest_of(std::string_view text) {
    const base::digest whole = base::sha256(text);
    return std::string(base::as_view(whole).substr(0, digest_bytes));
}

std::string associated(std::string_view team) {
    // The number, here and in the mark, rises with what is sealed, so that an older cursor is
    // named.
    constexpr std::string_view use = "tollgate cursor 2|";
    std::string out;
    out.reserve(use.size() + team.size());
    out += use;
    return out += team;
}

base::failure bad(std::string_view why) {
    return base::invalid("bad_cursor", "'next_cursor' " + std::string(why), "next_cursor");
}

// "ch_3Pq…": the ids that Stripe itself uses as cursors.
bool looks_like_id(std::string_view text) {
    const auto mark = text.find('_');
    return mark != std::string_view::npos && mark > 0 && mark + 1 < text.size() &&
           !text.starts_with(prefix);
}

std::string plain_of(const page_cursor& where, const cursor_binding& to) {
    std::string out;
    out.reserve(fixed_bytes + where.token.size());
    out += digest_of(to.account);
    out += digest_of(to.tool);
    out += digest_of(to.arguments);
    for (unsigned shift = 0; shift < 8 * skip_bytes; shift += 8)
        out += static_cast<char>((where.skip >> shift) & 0xFFU);
    return out += where.token;
}

}  // namespace

std::string canonical_target(std::string_view target) {
    const auto mark = target.find('?');
    std::string out{target.substr(0, mark)};
    if (mark == std::string_view::npos) return out;
    std::vector<std::string_view> pairs;
    for (auto rest = target.substr(mark + 1); !rest.empty();) {
        const auto end = std::min(rest.find('&'), rest.size());
        pairs.push_back(rest.substr(0, end));
        rest.remove_prefix(std::min(end + 1, rest.size()));
    }
    std::ranges::sort(pairs);
    for (const auto pair : pairs) {
        out += '&';
        out += pair;
    }
    return out;
}

cursor_seal::cursor_seal(const base::secret& key)
    : sealing_(derived(key, "seal")), nonces_(derived(key, "nonce")) {
    const base::digest made = base::hmac_sha256(key.reveal(), "mark 2");
    mark_ = base::as_view(made).substr(0, mark_bytes);
}

std::string cursor_seal::seal(const page_cursor& where, const cursor_binding& to) const {
    const std::string plain = plain_of(where, to);
    const std::string about = associated(to.team);
    std::string unique;
    unique.reserve(about.size() + 1 + plain.size());
    unique.append(about).append(1, '|').append(plain);
    const base::digest made = base::hmac_sha256(nonces_.reveal(), unique);
    const auto nonce = base::as_view(made).substr(0, nonce_bytes);
    const auto sealed = base::aes256gcm_seal_with(sealing_.reveal(), nonce, plain, about);
    return std::string(prefix) + base::base64url(mark_ + sealed);
}

base::result<page_cursor> cursor_seal::open(std::string_view text, const cursor_binding& to) const {
    if (looks_like_id(text))
        return bad(
            "is an id of Stripe's; it must be the next_cursor of the answer before, unchanged");
    if (!text.starts_with(prefix))
        return bad("did not come from an answer; leave it out for the first page");
    const auto bytes = base::from_base64url(text.substr(prefix.size()));
    constexpr std::string_view changed =
        "was changed, or is not of this MCP server; give the one of the answer before, unchanged, "
        "or leave it out for the first page";
    if (!bytes || bytes->size() < mark_bytes) return bad(changed);
    if (std::string_view(*bytes).substr(0, mark_bytes) != mark_)
        return bad(
            "was changed, or was made before the gateway's key or version changed; leave it out to "
            "begin with the first page again");
    const auto plain = base::aes256gcm_open(
        sealing_.reveal(), std::string_view(*bytes).substr(mark_bytes), associated(to.team));
    if (!plain || plain->size() < fixed_bytes) return bad(changed);
    const std::string_view all = *plain;
    if (all.substr(0, digest_bytes) != digest_of(to.account))
        return bad("is of another account; leave it out for the first page");
    if (all.substr(digest_bytes, digest_bytes) != digest_of(to.tool))
        return bad("is of another tool; leave it out for the first page");
    if (all.substr(2 * digest_bytes, digest_bytes) != digest_of(to.arguments))
        return bad(
            "is of other arguments: repeat the call that gave it, with nothing but next_cursor, "
            "fields and max_tokens changed");
    page_cursor out;
    for (std::size_t i = 0; i < skip_bytes; ++i)
        out.skip |=
            static_cast<std::uint32_t>(static_cast<unsigned char>(all[3 * digest_bytes + i]))
            << (8 * i);
    out.token = all.substr(fixed_bytes);
    return out;
}

}  // namespace tollgate::stripe
