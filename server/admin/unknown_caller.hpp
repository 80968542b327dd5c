// Requests of people who have not signed in yet, in the audit log.
#pragma once
#include "server/admin/handlers.hpp"

namespace tollgate::admin {

// What the audit log says of such a request.
tenancy::audit_event event_of_unknown(const call& in);

}  // namespace tollgate::admin
