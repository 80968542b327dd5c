// Port: receives the events of approvals. Metrics use it.
#pragma once
#include <array>
#include <cstdint>
#include <string_view>

#include "storage/approval_rows.hpp"

namespace tollgate::tenancy {

enum class approval_event : std::uint8_t { created, approved, denied, expired, executed, voided };

// The names of the events, in their order.
constexpr std::array<std::string_view, 6> approval_event_names{"created", "approved", "denied",
                                                               "expired", "executed", "voided"};

// Called on any thread; must not block. Each event is passed on once, by the instance that made it,
// after it is durable. It is lost if that instance is killed in between, so an observer that must
// not miss one also reads the approvals.
class approval_watch {
public:
    virtual ~approval_watch() = default;
    // `approval` is as it is after the event, without its content.
    virtual void approval_changed(const storage::approval_row& approval,
                                  approval_event what) noexcept = 0;
};

}  // namespace tollgate::tenancy
