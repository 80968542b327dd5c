#include "server/app/key_check.hpp"

#include "server/app/store.hpp"
#include "tenancy/key_rotation.hpp"

namespace tollgate::server {

void warn_of_missing_keys(const config& value, const tenancy::key_source& master_key,
                          base::logger& log) {
    const auto place = place_of(value);
    if (!place) return;
    const auto missing = tenancy::missing_master_keys(*place, master_key);
    if (!missing) {
        log.warning("sealed_values_not_counted", {{"reason", missing.error().message}});
        return;
    }
    for (const auto& one : *missing)
        log.error("master_key_missing",
                  {{"key_id", one.key_id},
                   {"sealed_values", one.count},
                   {"advice",
                    "put the key with this id back into the file of master keys, above the newest "
                    "one, and run: tollgate rotate-key"}});
}

}  // namespace tollgate::server
