// Every call of the admin API as data.
#pragma once
#include <array>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "server/admin/handlers.hpp"
#include "tenancy/grants/api_keys.hpp"

namespace tollgate::admin {

struct route {
    std::string_view verb;
    std::string_view pattern;  // as in openapi.yaml: "/team", "/api-key/{key_id}"
    handler run = nullptr;
    std::optional<tenancy::role> role_min;  // nullopt: everyone
    bool asks = false;               // a POST that changes nothing, or writes its own audit records
    bool answers_approvals = false;  // for people who may answer approvals, whatever their role
    bool takes_lines = false;        // accepts a longer body of JSON Lines or CSV
    bool asks_stripe = false;        // changes nothing, and is audited as a read at Stripe
};

std::span<const route> routes();

struct route_match {
    const route* found = nullptr;  // null: no such path, or not with this method
    path_ids ids;                  // the values of the pattern's braces
    std::string allowed;           // the methods of this path, comma-separated; empty: no such path
};

// Compares segment by segment, without percent-decoding; an id is one to 64 letters, digits or
// underscores. A `{tile_path}` at the end of a pattern is the rest of the path: one to 128
// letters, digits, underscores, dots and slashes. The ids are views into `path`.
route_match match_route(std::string_view verb, std::string_view path);

}  // namespace tollgate::admin
