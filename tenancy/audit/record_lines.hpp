// The records of a team that match a search, as JSON Lines.
#pragma once
#include <memory>
#include <string>

#include "base/body_source.hpp"
#include "tenancy/environment.hpp"

namespace tollgate::tenancy {

// One entry a line, as it is in the log: first those with a position, in its order, then those that
// have none yet, by time. Records that are made after the call are left out. At most 64 records are
// in memory, and the ids of up to 100,000 that had no position: if more have none, and get one
// while they are read, they may be there twice. A part takes at most 16 queries of at most 4,096
// positions; without a match it is empty. `env` lives as long as the source.
std::unique_ptr<base::body_source> make_record_lines(const environment& env, std::string team_id,
                                                     storage::audit_search what);

}  // namespace tollgate::tenancy
