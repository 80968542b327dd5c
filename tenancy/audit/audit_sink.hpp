// Port: takes the records of calls and requests that write nothing.
#pragma once
#include <optional>

#include "base/result.hpp"
#include "tenancy/audit/audit_event.hpp"

namespace tollgate::tenancy {

// Thread-safe; nothing here blocks.
class audit_sink {
public:
    virtual ~audit_sink() = default;

    // The failure errc::unavailable "audit_unavailable" if no call may be made now, because too
    // many records wait to be stored; otherwise nullopt. Call this before sending anything.
    virtual std::optional<base::failure> refusal() const = 0;

    // Keeps a record in memory until it is stored, normally within a second. Never fails: the
    // record of a caller that refusal() admitted is always accepted.
    virtual void note(audit_event event) = 0;
};

}  // namespace tollgate::tenancy
