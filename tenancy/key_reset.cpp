#include "tenancy/key_reset.hpp"

#include <utility>

#include "base/ids.hpp"
#include "storage/owner_key.hpp"
#include "tenancy/registry.hpp"
#include "tenancy/secrets/token.hpp"
#include "tenancy/secrets/token_hasher.hpp"

namespace tollgate::tenancy {

base::result<new_api_key> reset_owner_key(const storage::database_place& place,
                                          const key_source& peppers, std::string name,
                                          const base::clock& clock) {
    const auto named = check_name(name);
    if (!named) return named.error();
    key_source existing = peppers;
    existing.create_missing = false;
    auto loaded = load_key_ring(existing, "pepper");
    if (!loaded) return loaded.error();
    const token_hasher hasher{std::move(loaded->ring)};

    new_api_key out;
    out.secret = make_token(api_key_prefix);
    storage::api_key_row row;
    row.id = base::make_id("key");
    row.name = std::move(name);
    row.role = to_string(role::admin);
    row.instance_owner = true;
    row.token = hasher.hash(out.secret.reveal());
    row.key_prefix = shown_prefix(out.secret.reveal());
    row.created_at = clock.now();
    std::vector<std::string> known;
    for (const ring_key& one : hasher.peppers().all()) known.push_back(one.id);
    auto team = storage::add_owner_key(place, row, std::string{pepper_check_name}, known);
    if (!team) return team.error();
    out.key = {.id = row.id,
               .team_id = std::move(*team),
               .name = row.name,
               .rank = role::admin,
               .instance_owner = true,
               .key_prefix = row.key_prefix,
               .created_by = {},
               .created_at = row.created_at};
    return out;
}

}  // namespace tollgate::tenancy
