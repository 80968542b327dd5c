// Applies rules to recorded calls, to show how they would have decided.
#pragma once
#include <simdjson.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.hpp"
#include "base/json_text.hpp"
#include "base/result.hpp"
#include "tenancy/policy/policy.hpp"
#include "tenancy/rules/tool_directory.hpp"

namespace tollgate::tenancy {

struct replay_counts {
    std::int64_t calls = 0;
    std::int64_t same = 0;       // unchanged: allowed, waiting for people, or refused
    std::int64_t denied = 0;     // allowed or waiting then, denied by these rules
    std::int64_t asked = 0;      // allowed or refused then, waiting for people by these rules
    std::int64_t allowed = 0;    // refused or waiting then, allowed by these rules alone
    std::int64_t not_known = 0;  // the record does not hold enough to decide
};

// Adds the counts to a JSON object under the admin API's names. Returns `into`.
base::json_members& add_counts(base::json_members& into, const replay_counts& counts);

// Which calls are examined.
struct replay_range {
    std::optional<base::timestamp> since{};
    std::optional<base::timestamp> until{};  // exclusive
    std::string account_id{};                // ia_…; empty: all accounts
};

enum class replay_outcome : std::uint8_t { same, denied, asked, allowed, not_known };

// A call that the rules would have decided differently, or cannot decide.
struct replayed_call {
    std::string time;  // as it was recorded
    std::string tool;
    std::string request;  // id of the HTTP request
    std::string was;      // "allowed", "refused by RULE", "needs_approval by RULE"
    replay_outcome now = replay_outcome::same;
    std::string why;  // the rule; or the rules that cannot be applied, and why
};

// Decides recorded calls again, one at a time, using only what each record holds: its time and
// tool, and its arguments if they were recorded completely. Used on one thread; the references
// outlive it.
class policy_replay {
public:
    policy_replay(const policy& rules, const tool_directory& tools, replay_range range)
        : rules_(rules), tools_(tools), range_(std::move(range)) {}

    // `record`: one record of the audit log, a JSON object. Returns the changed decision, or
    // nullopt if the record is not about a call in the range or the decision is unchanged. Fails
    // with invalid_argument "bad_record" if it is not a JSON object.
    base::result<std::optional<replayed_call>> take(std::string_view record);

    const replay_counts& counts() const { return counts_; }

private:
    const policy& rules_;
    const tool_directory& tools_;
    const replay_range range_;
    replay_counts counts_;
    simdjson::dom::parser parser_;
};

}  // namespace tollgate::tenancy
