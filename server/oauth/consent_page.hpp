// The pages that people see: the consent form and refusals. Plain HTML without scripts.
#pragma once
#include <string>
#include <string_view>

#include "base/http_message.hpp"
#include "tenancy/oauth/authorizations.hpp"

namespace tollgate::oauth {

// The content of the consent page.
struct consent_view {
    const tenancy::oauth::open_server& server;
    const tenancy::oauth::consent_request& request;
    std::string sealed;       // the request, as the form contains it
    std::string action;       // where the form is sent: an address of ours
    std::string service;      // the host of the account's service; empty: Stripe
    std::size_t reads = 0;    // tools that only read
    std::size_t changes = 0;  // tools that create, update or delete
    std::size_t others = 0;
    std::string until;    // when the authorization ends, for display
    std::string problem;  // what was wrong with the last attempt; may be empty
};

// All text written by others is escaped. `status` is 200, or that of `problem`.
base::http_response consent_page(unsigned status, const consent_view& view);

// A page that says what is wrong, without a link.
base::http_response refusal_page(unsigned status, std::string_view what);

// The same, with a link to `back`, the client's redirect URI with the error in it. The browser
// follows it only when the person clicks: with an automatic redirect, anyone who registers a client
// could use our address to lead people anywhere (RFC 9700 §4.11.2).
base::http_response returning_page(unsigned status, std::string_view what, std::string_view back);

}  // namespace tollgate::oauth
