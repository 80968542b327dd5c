// The rules for approvals: names, limits, times. Pure.
#pragma once
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.hpp"
#include "storage/approval_rows.hpp"
#include "tenancy/orders/order_refund.hpp"
#include "tenancy/policy/decision.hpp"

namespace tollgate::tenancy {

// Approvals that have ended are removed after this time.
constexpr std::chrono::hours keep_approvals{400 * 24};

constexpr std::int64_t pending_approvals_max = 1'000;   // of one MCP server; then calls are refused
constexpr std::size_t approval_arguments_max = 65'536;  // bytes of a call's arguments
constexpr std::chrono::seconds approval_shortest{60};   // a question stands at least so long
constexpr std::chrono::days approval_longest{30};       // and at most so long

// "pending", "approved", "executed", "denied", "expired", "voided".
std::string_view to_string(storage::approval_state state) noexcept;
// The state with that name; nothing for any other text.
std::optional<storage::approval_state> approval_state_named(std::string_view name);

// storage::approval_row::end_code of an approval whose client does not want the call any more.
constexpr std::string_view withdrawn_code = "withdrawn";

// True for a state that never changes again.
bool has_ended(storage::approval_state state) noexcept;

// The state at `now`: one that is pending or approved at its expiry has expired, also before that
// is recorded.
storage::approval_state state_at(const storage::approval_row& approval, base::timestamp now);

// When a question that is asked at `now` expires.
base::timestamp expiry_of(const approval_terms& terms, base::timestamp now);

// When an approved call whose attempt `attempts` could not be made is tried again: later each time,
// from 2 seconds to 5 minutes.
base::timestamp next_execution(std::int64_t attempts, base::timestamp now);

// What is stored sealed of a call.
struct approval_content {
    std::string arguments;
    std::string preview;
    std::optional<order_refund> order{};  // of a refund of an order
    std::string declared{};               // the declared tool that made the call, or empty
};
std::string encode_content(const approval_content& content);
// Nothing if the bytes were not written by encode_content().
std::optional<approval_content> decode_content(std::string_view bytes);

}  // namespace tollgate::tenancy
