// The rules for receipts: what a repeated write does, what an outcome proves, and when an
// unresolved write is sent again. Pure.
#pragma once
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "storage/rows.hpp"

namespace tollgate::tenancy {

// "intended", "succeeded", "failed", "unknown".
std::string_view to_string(storage::receipt_state state);
// The state with that name; nothing for any other text.
std::optional<storage::receipt_state> receipt_state_named(std::string_view name);

// How long the same request with the same key is safe to send again. Stripe keeps keys for at least
// 24 hours; one hour is subtracted for differing clocks.
constexpr std::chrono::hours replay_window{23};
// How long after it was first sent the gateway looks for a write by itself. After the replay
// window, it does so by reading.
constexpr std::chrono::hours reading_window{7 * 24};
constexpr std::chrono::hours reading_pause{6};

// The next step of a call that repeats the operation key and the request of a stored write.
enum class repeat_step : std::uint8_t {
    replay,   // its outcome is known: nothing is sent
    wait,     // it is being sent: its outcome is awaited
    send,     // it is sent (again) with its key: it takes effect once
    give_up,  // its outcome is unknown, and sending it again is no longer safe
};
// True while an attempt of the write runs, or is about to: the call's own, until its time is over;
// or one to find the outcome out, for which the receipt is taken until that attempt is recorded.
bool is_attempted(const storage::receipt_row& receipt, base::timestamp now);
repeat_step step_of_repeat(const storage::receipt_row& stored, base::timestamp now);

// True if Stripe did not start to execute the request: it was refused because of the rate limit,
// the API key or another request on the same object, or was never received. The same request may
// then be sent again.
bool not_executed(const storage::receipt_outcome& outcome);

// storage::receipt_outcome::error_code of a write that waits for a person at Stripe itself.
constexpr std::string_view waits_at_stripe = "approval_required";
// True if Stripe itself asks people to approve the write, and executes it afterwards: its outcome
// is unknown, and it must not be sent again, because Stripe might ask a second time.
bool waits_for_stripe(const storage::receipt_row& receipt);

// The outcome known after an attempt. `uncertain`: an earlier attempt may have had an effect, so
// that the outcome remains unknown even if this attempt was not executed.
storage::receipt_outcome settled(storage::receipt_outcome attempt, bool uncertain);

// How the outcome of a write can be found out.
enum class way_to_resolve : std::uint8_t {
    send,  // the same request with the same key takes effect once
    read,  // Stripe may have forgotten the key, but its object can be found by its metadata
    none,
};
way_to_resolve way_to(const storage::receipt_row& unresolved, base::timestamp now);

// When the gateway next looks for a write by itself, after an attempt that ended with its outcome.
// The intervals grow from 5 seconds to an hour within the replay window; after it, the gateway
// reads, if the object can be found that way. Nullopt if the outcome is known, or if there is no
// way left.
std::optional<base::timestamp> next_attempt(const storage::receipt_row& after, base::timestamp now);

// An argument of a call with its value as JSON.
struct receipt_argument {
    std::string name;
    std::string value;
};

// A digest of each argument, one per line: `name hash`. The receipt's id is hashed too, so that
// equal values in two receipts cannot be recognized.
std::string digests_of(std::string_view receipt_id, const std::vector<receipt_argument>& arguments);

// The names of arguments whose values differ from the stored ones, or that only one of the calls
// has; sorted.
std::vector<std::string> differing_arguments(const storage::receipt_row& stored,
                                             const std::vector<receipt_argument>& arguments);

}  // namespace tollgate::tenancy
