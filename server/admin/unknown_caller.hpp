// Audit events for requests of people who have not signed in yet.
#pragma once
#include "server/admin/handlers.hpp"

namespace tollgate::admin {

// The audit event of such a request.
tenancy::audit_event event_of_unknown(const call& in);

}  // namespace tollgate::admin
