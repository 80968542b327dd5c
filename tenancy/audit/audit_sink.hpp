// Port: takes the records of what writes nothing.
#pragma once
#include <optional>

#include "base/result.hpp"
#include "tenancy/audit/audit_event.hpp"

namespace tollgate::tenancy {

// Thread-safe; nothing here blocks.
class audit_sink {
public:
    virtual ~audit_sink() = default;

    // Why no call may be made now: errc::unavailable "audit_unavailable", while too many records
    // wait to be stored. Ask before anything is sent.
    virtual std::optional<base::failure> refusal() const = 0;

    // Keeps a record in memory until it is stored, which takes a second at most. Never fails: a
    // caller that was not refused may have its record.
    virtual void note(audit_event event) = 0;
};

}  // namespace tollgate::tenancy
