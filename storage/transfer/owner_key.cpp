#include "storage/owner_key.hpp"

#include <algorithm>

#include "storage/changes/teams.hpp"
#include "storage/sql/apply.hpp"
#include "storage/sql/migrate.hpp"
#include "storage/sql/reads.hpp"
#include "storage/transfer/endpoint.hpp"

namespace tollgate::storage {

namespace {

using base::errc;
using base::fail;
using base::result;

// The team created at the first start.
result<std::string> first_team(sql::session& db) {
    sql::query rows{db, "SELECT id FROM teams ORDER BY created_at, id LIMIT 1"};
    if (rows.next()) return rows.text();
    return fail(errc::not_found, "no_team",
                "this database has no team yet: start the gateway, which makes the first key");
}

result<> check_pepper(sql::session& db, const std::string& setting,
                      std::span<const std::string> peppers) {
    const auto used = sql::find_setting(db, setting);
    if (!used || std::find(peppers.begin(), peppers.end(), *used) != peppers.end()) return {};
    return fail(errc::corrupt, "wrong_peppers",
                "the pepper is not the one with id " + *used +
                    ", with which this database's tokens were made: run this with the settings of "
                    "the gateway (vault.pepper_file, data.directory)");
}

result<std::string> add(sql::session& db, api_key_row row, const std::string& pepper_setting,
                        std::span<const std::string> peppers) {
    const auto migrations = sql::built_in_migrations(db.sql_dialect());
    const auto state = sql::inspect(db, migrations);
    if (!state) return state.error();
    if (!state->missing.empty())
        return fail(errc::conflict, "schema_old",
                    "the database has an older schema than this binary: run 'tollgate db migrate' "
                    "first, or take the binary that runs on it");
    auto team = first_team(db);
    if (!team) return team;
    const auto known = check_pepper(db, pepper_setting, peppers);
    if (!known) return known.error();
    row.team_id = *team;
    constexpr std::int64_t no_limit = 1'000'000;
    db.begin();
    const auto added = sql::apply(db, add_api_key{std::move(row), no_limit});
    db.script(added ? "COMMIT" : "ROLLBACK");
    if (!added) return added.error();
    return team;
}

}  // namespace

result<std::string> add_owner_key(const database_place& place, const api_key_row& row,
                                  const std::string& pepper_setting,
                                  std::span<const std::string> peppers) {
    try {
        auto opened = transfer::endpoint::open_beside(place);
        if (!opened) return opened.error();
        return add(opened->db(), row, pepper_setting, peppers);
    } catch (const sql::sql_error& fault) {
        return fail(errc::unavailable, "database_failed",
                    std::string{"the database failed: "} + fault.what());
    }
}

}  // namespace tollgate::storage
