// What a call of the admin API changed, for the log.
#pragma once
#include <string>
#include <string_view>

#include "server/admin/handlers.hpp"

namespace tollgate::admin {

// The members of two JSON objects that differ, those of `config` one by one: {"name":"Old"} and
// {"name":"New"}. Counters and what only follows from other members (tools, updated_at) are left
// out. Empty texts when nothing differs, or one is no object.
change_note changes_between(std::string_view before, std::string_view after);

// The `id` of a JSON object; empty when it has none.
std::string id_in(std::string_view object);

}  // namespace tollgate::admin
