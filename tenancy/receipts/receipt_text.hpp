// A receipt as JSON.
#pragma once
#include <cstdint>
#include <string>

#include "storage/rows.hpp"

namespace tollgate::tenancy {

// `full`: every member, null where there is no value, for the admin API. `brief`: for models;
// leaves out absent values and the ids of account and MCP server.
enum class receipt_view : std::uint8_t { full, brief };

// {id,state,tool,operation_key,created_at,…}; times are RFC 3339, amounts in the currency's
// smallest unit.
std::string receipt_json(const storage::receipt_row& receipt, receipt_view view);

}  // namespace tollgate::tenancy
