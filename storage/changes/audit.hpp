// Changes of audit records; see change.hpp.
#pragma once
#include <vector>

#include "storage/audit_rows.hpp"

namespace tollgate::storage {

// Adds records that have no position yet.
struct add_audit {
    std::vector<audit_row> rows;
};

}  // namespace tollgate::storage
