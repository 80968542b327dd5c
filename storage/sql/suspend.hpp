// Suspends and resumes MCP servers.
#pragma once
#include "base/result.hpp"
#include "storage/changes/servers.hpp"
#include "storage/sql/session.hpp"

namespace tollgate::storage::sql {

// See storage::suspend.
base::result<> apply_suspend(session& db, const suspend& change);

}  // namespace tollgate::storage::sql
