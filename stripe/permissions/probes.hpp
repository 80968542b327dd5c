// The requests that show whether a key has a permission. Pure; any thread.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "stripe/upstream/upstream.hpp"
#include "tenancy/rules/key_review.hpp"

namespace tollgate::stripe {

// The requests for one area.
struct area_probes {
    std::string area;
    std::string read;       // target of a GET; empty: none exists
    std::string write;      // target of a POST without a body; empty: none is safe
    bool writable = false;  // some operation needs write access to it
};

// The probes for every area of the catalogue, the most informative first: areas that move money,
// then those with personal data, then the rest by name. `no_such_id` is an id that no object has. A
// read is a list of one object, a path without an id, or a GET of `no_such_id`. A write is always
// an update of `no_such_id`, never a create, a delete, or an action such as capture. Stripe checks
// the permission before it looks for the object, and an update without parameters would not change
// even an existing object.
std::vector<area_probes> all_probes(std::string_view no_such_id);

// What the answer to a probe says about the permission. Unknown unless it is a success, Stripe's
// 403 for a missing permission, or an error that Stripe returns only after the permission check (no
// such object, a bad parameter).
tenancy::known permission_in(const upstream_response& answer);

}  // namespace tollgate::stripe
