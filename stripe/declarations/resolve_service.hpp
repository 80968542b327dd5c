// From capabilities of a service that is not Stripe to operations made of the document itself.
#pragma once
#include <vector>

#include "stripe/declarations/resolve.hpp"
#include "tenancy/rules/service.hpp"

namespace tollgate::stripe {

// The operation of each capability of `document` at `at`, in their order. What cannot be called is
// left out and noted in `problems`: a name of a tool of the gateway, an object where only texts can
// be sent, authentication that is not that of the account. `at` without authentication checks none:
// `known` says which. Refers to `document`. Pure.
enum class service_known : bool { no, yes };
std::vector<resolved_capability> resolve_service(const declaration_document& document,
                                                 const tenancy::service_access& at,
                                                 service_known known,
                                                 std::vector<document_problem>& problems);

}  // namespace tollgate::stripe
