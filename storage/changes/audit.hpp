// Changes of audit records; see change.hpp.
#pragma once
#include <memory>
#include <vector>

#include "storage/audit_rows.hpp"

namespace tollgate::storage {

// Adds records that have no position yet.
struct add_audit {
    std::vector<audit_row> rows{};
    // Further records, or null. The caller keeps them, to add them again if this fails.
    std::shared_ptr<const std::vector<audit_row>> kept{};
};

}  // namespace tollgate::storage
