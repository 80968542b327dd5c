// The requests that tell whether a key has a permission. Pure; any thread.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "stripe/upstream/upstream.hpp"
#include "tenancy/rules/key_review.hpp"

namespace tollgate::stripe {

// How to ask about one area.
struct area_probes {
    std::string area;
    std::string read;       // target of a GET; empty: there is none
    std::string write;      // target of a POST without a body; empty: none is safe
    bool writable = false;  // some operation writes there
};

// For every area of the catalogue, those first that say most about a key: where money moves, then
// personal data, then the rest by name. `no_such_id` is an id that no object has. Reads are a list
// of one object, or what has no id, or `no_such_id`. A write is the update of `no_such_id`, and
// nothing else: not a create, not a delete, not a deed such as capture. Stripe looks at the
// permission before it looks for the object; and an update without parameters would change nothing
// even of an object that exists.
std::vector<area_probes> all_probes(std::string_view no_such_id);

// What the answer to a probe says of the permission. Unknown for whatever is neither a success, nor
// Stripe's 403 for want of a permission, nor an error that comes after the permission was found
// good (no such object, a bad parameter).
tenancy::known permission_in(const upstream_response& answer);

}  // namespace tollgate::stripe
