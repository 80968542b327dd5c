#include "tenancy/secrets/token_hasher.hpp"

namespace tollgate::tenancy {

namespace {

storage::token_hash hash_with(const ring_key& pepper, std::string_view token) {
    const base::digest digest = base::hmac_sha256(pepper.key.reveal(), token);
    return {pepper.id, std::string{base::as_view(digest)}};
}

}  // namespace

storage::token_hash token_hasher::hash(std::string_view token) const {
    return hash_with(peppers_.newest(), token);
}

std::vector<storage::token_hash> token_hasher::candidates(std::string_view token) const {
    std::vector<storage::token_hash> out;
    out.reserve(peppers_.all().size());
    for (auto pepper = peppers_.all().rbegin(); pepper != peppers_.all().rend(); ++pepper)
        out.push_back(hash_with(*pepper, token));
    return out;
}

base::digest token_hasher::cache_key(std::string_view token) const {
    const auto key = cache_key_.reveal();
    std::string keyed;
    keyed.reserve(key.size() + token.size());
    keyed.append(key).append(token);
    return base::sha256(keyed);
}

}  // namespace tollgate::tenancy
