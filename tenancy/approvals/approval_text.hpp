// An approval as JSON.
#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "storage/rows.hpp"
#include "tenancy/approvals/approval_desk.hpp"
#include "tenancy/approvals/approvals.hpp"

namespace tollgate::tenancy {

// The page of the console where people decide on an approval: `base` is the address of this
// installation, without a slash at its end. Empty if one of them is.
std::string approval_link(std::string_view approval_id, std::string_view base);

// For a list: every member but content, answers and receipt; null where there is no value. `now`
// decides whether it has expired.
std::string approval_json(const storage::approval_row& approval, base::timestamp now);

// For one approval: the same with `preview`, `arguments`, `votes`, and `receipt` once it is
// executed.
std::string approval_json(const full_approval& approval,
                          const std::optional<storage::receipt_row>& receipt, base::timestamp now);

// For the model that asked: {id,state,reason,expires_at,…} without ids of keys or accounts; what
// the approvers said is in `approver_reason`.
std::string approval_brief_json(const approval_progress& approval, base::timestamp now);

}  // namespace tollgate::tenancy
