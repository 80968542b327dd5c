// The records of a team that match a search, as JSON Lines.
#pragma once
#include <memory>
#include <string>

#include "base/body_source.hpp"
#include "tenancy/environment.hpp"

namespace tollgate::tenancy {

// One entry per line, as it is in the log: first the records with a position, in order, then those
// without one, by time. Records made after the call are left out. At most 64 records are in memory,
// and the ids of up to 100,000 records without a position; beyond that, a record that gets its
// position during the read may appear twice. Each part takes at most 16 queries of at most 4,096
// positions; a part without a match is empty. `env` lives as long as the source.
std::unique_ptr<base::body_source> make_record_lines(const environment& env, std::string team_id,
                                                     storage::audit_search search);

}  // namespace tollgate::tenancy
