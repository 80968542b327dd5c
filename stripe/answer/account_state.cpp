#include "stripe/answer/account_state.hpp"

#include "stripe/answer/own_error.hpp"
#include "stripe/upstream/upstream.hpp"

namespace tollgate::stripe {

namespace {

std::string rejected_text(const tenancy::account_access& account) {
    if (account.service)
        return own_error_text(
            "needs_reauth", "credential_rejected",
            "The service no longer accepts the credential of this account, so no call is sent.",
            "Nothing was sent, and trying again changes nothing. An administrator of the "
            "gateway gives the account its credential again (PATCH credential).");
    return own_error_text(
        "needs_reauth", "credential_rejected",
        "Stripe no longer accepts the key of this account, so no call is sent.",
        "Nothing was sent, and trying again changes nothing. An administrator of the "
        "gateway gives the account a new key (PATCH credential), or has the old one checked "
        "again (PATCH verify).");
}

std::string frozen_text(bool team) {
    const std::string what = team ? "team" : "account";
    return own_error_text("frozen", what + "_frozen",
                          "Writes of this " + what + " are frozen. Reads work.",
                          "Nothing was sent, and trying again changes nothing until an "
                          "administrator of the gateway ends the freeze of the " +
                              what + ".");
}

}  // namespace

std::string state_refusal(const operation& called, const tenancy::grant& grant) {
    if (grant.needs_reauth) return rejected_text(*grant.account);
    if (grant.frozen && !called.read_only()) return frozen_text(grant.team_frozen);
    return {};
}

bool rejects_key(const upstream_response& answer) {
    return answer.status == 401 && answer.body.find("account_invalid") == std::string::npos;
}

}  // namespace tollgate::stripe
