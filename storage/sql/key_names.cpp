// The names of API keys and people, including removed ones.
#include <span>
#include <vector>

#include "storage/sql/reads.hpp"

namespace tollgate::storage::sql {

std::vector<key_name> find_key_names(session& db, const std::string& team_id,
                                     const std::vector<std::string>& ids) {
    std::vector<key_name> out;
    for (const std::string& id : ids) {
        std::vector<value> bound;
        for (int table = 0; table < 4; ++table)
            for (const std::string* one : {&team_id, &id}) bound.push_back(to_value(*one));
        query rows{db,
                   "SELECT name FROM api_keys WHERE team_id = ? AND id = ? UNION ALL "
                   "SELECT name FROM removed_api_keys WHERE team_id = ? AND id = ? UNION ALL "
                   "SELECT name FROM people WHERE team_id = ? AND id = ? UNION ALL "
                   "SELECT name FROM removed_people WHERE team_id = ? AND id = ?",
                   std::span<const value>{bound}};
        if (rows.next()) out.push_back({id, rows.text()});
    }
    return out;
}

}  // namespace tollgate::storage::sql
