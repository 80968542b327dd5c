// What a call would take of a cap.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "storage/cap_rows.hpp"
#include "tenancy/policy/check_condition.hpp"
#include "tenancy/policy/policy.hpp"

namespace tollgate::tenancy {

// A cap of which the call takes something, to be reserved before it is sent.
struct cap_use {
    const policy* of = nullptr;
    const rule* by = nullptr;
    storage::cap_claim claim;
    std::uint32_t rank = 0;  // see ready_rule::rank
};

// Adds to `out` the claims of `call` on a cap of the rule `one` of `of`, to be reserved before it
// is sent. An amount whose currency the call does not name is claimed in every currency of the cap:
// the outcome says which one it was. A negative amount moves as much as a positive one. Adds
// nothing if the call takes nothing. A violation if the amount cannot be known or has no limit, as
// for max_value; what was added until then does not count.
std::optional<violation> add_claims(const policy& of, const ready_rule& one, const cap_limit& limit,
                                    const call_facts& call, const top_names& top,
                                    std::vector<cap_use>& out);

// Puts the claims in the order in which every instance reserves them: that of cap and currency.
void sort_claims(std::vector<cap_use>& claims);

// The name under which a cap is counted.
std::string cap_name(const ready_rule& one, const cap_limit& limit, const call_facts& call);

}  // namespace tollgate::tenancy
