// The pages that people see: consent, and why there is none. Plain HTML without a script.
#pragma once
#include <string>
#include <string_view>

#include "base/http_message.hpp"
#include "tenancy/oauth/authorizations.hpp"

namespace tollgate::oauth {

// What the consent page shows.
struct consent_view {
    const tenancy::oauth::open_server& server;
    const tenancy::oauth::consent_request& request;
    std::string sealed;       // the request, as the form carries it
    std::string action;       // where the form goes: an address of ours
    std::size_t reads = 0;    // tools that only read
    std::size_t changes = 0;  // tools that create, update or delete
    std::size_t others = 0;
    std::string until;    // when the authorization ends, for people
    std::string problem;  // what was wrong with the last try; may be empty
};

// Everything in it that others wrote is escaped. `status` is 200, or what `problem` is.
base::http_response consent_page(unsigned status, const consent_view& view);

// A page that tells what is wrong, and leads nowhere.
base::http_response refusal_page(unsigned status, std::string_view what);

// The same, with a link to `back`, the client's redirect URI with the error in it. A browser goes
// there only when its person asks it to: otherwise whoever registers a client would have an address
// of ours that leads anywhere (RFC 9700 §4.11.2).
base::http_response returning_page(unsigned status, std::string_view what, std::string_view back);

}  // namespace tollgate::oauth
