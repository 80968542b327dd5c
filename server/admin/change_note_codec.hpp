// The changes that a call of the admin API made, for the log.
#pragma once
#include <string>
#include <string_view>

#include "server/admin/handlers.hpp"

namespace tollgate::admin {

// The members in which two JSON objects differ (for `config`, its individual members):
// {"name":"Old"} and {"name":"New"}. Counters and derived members (tools, updated_at) are left out.
// Empty texts if nothing differs, or either text is not an object.
change_note changes_between(std::string_view before, std::string_view after);

// The `id` of a JSON object; empty if it has none.
std::string id_in(std::string_view object);

}  // namespace tollgate::admin
