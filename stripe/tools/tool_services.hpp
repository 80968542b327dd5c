// What the tools of every loop share.
#pragma once
#include <optional>

#include "base/clock.hpp"
#include "base/log.hpp"
#include "stripe/finder/finder_source.hpp"
#include "stripe/request/cursor_seal.hpp"
#include "stripe/tools/admission.hpp"
#include "stripe/tools/exchange_watch.hpp"
#include "stripe/tools/recent_writes.hpp"
#include "stripe/tools/seen_ids.hpp"
#include "tenancy/rules/credential_watch.hpp"

namespace tollgate::stripe {

// References to thread-safe objects that outlive the tools.
struct tool_services {
    const finder_source& finder;
    const cursor_seal& cursors;
    recent_writes& writes;
    tenancy::credential_watch& credentials;  // told when Stripe refuses a key
    const base::clock& clock;
    base::logger& log;
    std::optional<call_limits> limits{};  // nothing: no limits of our own
    exchange_watch* exchanges = nullptr;  // told of every request to Stripe; may be null
    seen_ids* seen = nullptr;             // told what lists show; null: nothing is remembered
    bool sandbox = false;                 // the gateway's own sandbox stands in for Stripe
};

}  // namespace tollgate::stripe
