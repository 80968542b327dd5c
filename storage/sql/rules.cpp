#include "storage/sql/rules.hpp"

namespace tollgate::storage::sql {

using base::errc;
using base::fail;
using base::result;

result<> limit_reached(std::int64_t limit, std::string_view of_what) {
    return fail(
        errc::limit_exceeded, "limit_reached",
        "the limit of " + std::to_string(limit) + " " + std::string{of_what} + " is reached");
}

result<> not_found(std::string_view what) {
    return fail(errc::not_found, "not_found", "no such " + std::string{what});
}

result<> version_changed() {
    return fail(errc::conflict, "version_changed", "somebody else changed this meanwhile");
}

std::int64_t count_of(query& rows) {
    return rows.next() ? rows.integer() : 0;
}

void lock_team(session& db, const std::string& id) {
    if (db.many_writers()) db.run("SELECT 1 FROM teams WHERE id = ? FOR NO KEY UPDATE", id);
}

bool lock_account(session& db, const std::string& team_id, const std::string& id) {
    if (db.many_writers()) {
        query locked{db,
                     "SELECT 1 FROM integrated_accounts WHERE team_id = ? AND id = ? "
                     "FOR NO KEY UPDATE",
                     team_id, id};
        return locked.next();
    }
    query present{db, "SELECT 1 FROM integrated_accounts WHERE team_id = ? AND id = ?", team_id,
                  id};
    return present.next();
}

}  // namespace tollgate::storage::sql
