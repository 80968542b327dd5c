// Port: Stripe's API, and the APIs of services that accounts belong to. One request, one answer; a
// request reaches its receiver at most once unless repeating it is harmless.
#pragma once
#include <chrono>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/async.hpp"
#include "base/result.hpp"
#include "stripe/catalog/kinds.hpp"
#include "stripe/upstream/early_stop.hpp"
#include "tenancy/rules/grant.hpp"

namespace tollgate::stripe {

struct upstream_request {
    std::string_view method;      // GET, POST or DELETE; for a service also PUT and PATCH
    std::string target;           // path and query, encoded
    std::string body;             // POST, PUT and PATCH only
    std::string idempotency_key;  // POST, and DELETE in v2; if empty, none is sent
    const tenancy::account_access& access;
    std::string_view default_version;  // Stripe-Version if the account pins none
    std::chrono::steady_clock::time_point deadline;
    std::string content_type{};  // of the body; empty means form encoded
    // The Stripe host that answers; `service`: the host of access.service.
    api_host host = api_host::api;
    std::string_view connected_account{};  // acct_… to act for; empty: the account's own setting
    bool yields =
        false;  // other calls have priority; 25 % of the connections are reserved for them
    early_stop* stop = nullptr;  // ends a read early; outlives it, or null
};

struct upstream_response {
    unsigned status = 0;
    std::vector<std::pair<std::string, std::string>> headers;  // names in lower case
    std::string body;  // with 64 spare bytes of capacity, for simdjson
    // The request was sent on two connections, because the first one was closed without an answer:
    // the first sending may have taken effect.
    bool sent_twice = false;

    // The first header with that (lower-case) name, or an empty view.
    std::string_view header(std::string_view name) const;
};

class upstream {
public:
    virtual ~upstream() = default;

    // Sends one request and returns the answer, whatever its status; redirects are answers.
    // Failures:
    //   - errc::unavailable "not_sent": no connection, or the request was not sent completely:
    //     nothing happened at Stripe;
    //   - errc::unavailable "outcome_unknown": it was sent, but no complete answer arrived;
    //   - errc::deadline_exceeded "not_sent" or "outcome_unknown": the same, because the deadline
    //     passed;
    //   - errc::unavailable "cancelled": `stop` ended it;
    //   - errc::forbidden "live_key_refused": a live key, and the upstream is neither
    //     api.stripe.com nor files.stripe.com over TLS;
    //   - errc::forbidden "host_refused": the credential of the account is not for that host, or
    //     the operator does not allow the host, or not at the address that its name has now.
    // May be cancelled (terminal): it then stops waiting, and throws or fails; its connection is
    // closed. Cancel reads only: the outcome of a write would be unknown.
    // Runs on the calling coroutine's loop, which must be the loop this object was created for.
    virtual base::awaitable<base::result<upstream_response>> send(upstream_request request) = 0;
};

// True for a failure of send() that says that nothing was sent.
bool is_unsent(const base::failure& why);

}  // namespace tollgate::stripe
