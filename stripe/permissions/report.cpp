#include "stripe/permissions/report.hpp"

#include <algorithm>

namespace tollgate::stripe {

namespace {

using tenancy::area_access;
using tenancy::area_permission;
using tenancy::key_access;
using tenancy::key_state;
using tenancy::known;

// One line per area; write access includes read access.
void compare(tenancy::key_review& out, const permission_need& need) {
    const auto readable = readable_with(need);
    for (const auto& one : out.permissions) {
        const auto* const needed = need.find(one.area);
        const bool writes = needed != nullptr && needed->access == key_access::write;
        if (one.write == known::yes && !writes)
            out.beyond_need.push_back({one.area, key_access::write});
        else if (one.read == known::yes && !readable.contains(one.area))
            out.beyond_need.push_back({one.area, key_access::read});
        if (writes && one.write == known::no)
            out.missing.push_back({one.area, key_access::write});
        else if (needed != nullptr && one.read == known::no)
            out.missing.push_back({one.area, key_access::read});
    }
}

std::string_view sentence_of(key_state state) {
    switch (state) {
        case key_state::needs_reauth:
            return "Stripe does not know this key (any more): give the account a new credential.";
        case key_state::wrong_account:
            return "Stripe does not let this key act for the account's stripe_account.";
        case key_state::unknown:
            return "Stripe did not say whether it takes this key: try again later.";
        case key_state::active:
            break;
    }
    return {};
}

bool is_unknown(const area_permission& one) {
    return one.read == known::unknown || one.write == known::unknown;
}

std::vector<std::string> notes_on(const tenancy::key_review& review, const probe_findings& found) {
    std::vector<std::string> out;
    if (review.state != key_state::active) out.emplace_back(sentence_of(review.state));
    if (review.servers == 0)
        out.emplace_back("The account has no active MCP server, so nothing is needed.");
    if (!review.restricted)
        out.emplace_back(
            "This is a secret key: it may do everything, so all that is not under needed is beyond "
            "the need. A restricted key with exactly the permissions under needed does for the "
            "account's MCP servers.");
    if (found.rate_limited)
        out.emplace_back(
            "Stripe's rate limit ended the check early; what was not learnt is unknown.");
    if (found.late)
        out.emplace_back("Stripe did not answer in time; what was not learnt is unknown.");
    if (!review.not_checked.empty())
        out.emplace_back("The areas under not_checked were not asked about: a check sends " +
                         std::to_string(probes_max) +
                         " requests at most, and of some areas none would be safe.");
    if (std::any_of(review.permissions.begin(), review.permissions.end(), is_unknown))
        out.emplace_back(
            "A permission is unknown where no request would tell without a chance of changing "
            "something, or where Stripe's answer did not tell.");
    if (review.v2_tools > 0)
        out.emplace_back("The servers show " + std::to_string(review.v2_tools) +
                         " tools of Stripe's v2 API, which takes no restricted key: they are not "
                         "under needed, and with a restricted key every call of them is refused.");
    return out;
}

}  // namespace

tenancy::key_review report_on(probe_findings found, const permission_need& need,
                              std::size_t servers, bool restricted) {
    tenancy::key_review out;
    out.state = found.state;
    out.restricted = restricted;
    out.servers = servers;
    out.needed = need.areas;
    out.v2_tools = need.v2_tools;
    out.requests = found.requests;
    if (found.state == key_state::active) {
        out.permissions = std::move(found.permissions);
        out.not_checked = std::move(found.not_checked);
    }
    std::sort(out.permissions.begin(), out.permissions.end(),
              [](const auto& a, const auto& b) { return a.area < b.area; });
    std::sort(out.not_checked.begin(), out.not_checked.end());
    compare(out, need);
    out.notes = notes_on(out, found);
    return out;
}

}  // namespace tollgate::stripe
