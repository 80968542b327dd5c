// What a schema of an OpenAPI document limits, as rules on calls can say it.
#pragma once
#include <simdjson.h>

#include "server/cli/openapi/openapi_schema.hpp"

namespace tollgate::server {

// Adds what maximum, minimum (also the exclusive ones), maxLength and pattern of `schema` say of a
// value of that type; what a rule cannot say exactly is named in `into.unsaid`. Pure.
void add_limits_of_schema(simdjson::dom::object schema, tenancy::declared_type type,
                          openapi_limits& into);

}  // namespace tollgate::server
