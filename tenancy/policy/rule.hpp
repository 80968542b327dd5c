// One rule on calls, as it is written in a policy or in the guardrails of an MCP server.
#pragma once
#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "base/clock.hpp"
#include "tenancy/policy/argument_path.hpp"
#include "tenancy/policy/base_amount.hpp"
#include "tenancy/policy/cap_window.hpp"
#include "tenancy/policy/decision.hpp"
#include "tenancy/policy/week_hours.hpp"
#include "tenancy/rules/method.hpp"
#include "tenancy/rules/serving_rules.hpp"

namespace re2 {
class RE2;
}

namespace tollgate::tenancy {

using argument_paths = std::vector<argument_path>;

// An amount in the smallest unit of a currency ("usd").
struct currency_limit {
    std::string currency;
    std::int64_t amount = 0;
};

// "max_value" and "min_value". Numbers are compared as they are sent to Stripe: money in the
// smallest unit.
struct number_limit {
    enum class absent : std::uint8_t { usual, allow, deny };

    argument_paths paths;
    bool most = true;                    // max_value; false: min_value
    std::optional<std::int64_t> value;   // whatever the currency
    std::vector<currency_limit> limits;  // if `value` is not given; never empty then
    // Where `limits` were worked out from one amount: when only the base currency's still holds.
    std::optional<base_rates> rates{};
    // A write without the argument. `usual`: refused where Stripe would choose the amount itself,
    // which is in all tools but those of method update.
    absent if_absent = absent::usual;
};

// "allowed_values", "denied_values", "currencies".
struct value_list {
    argument_paths paths;
    std::vector<std::string> values;  // sorted; in lower case if `any_case`
    bool denied = false;
    bool any_case = false;
};

// "prefix".
struct text_prefix {
    argument_paths paths;
    std::vector<std::string> prefixes;
};

// "pattern": the whole text must match.
struct text_pattern {
    argument_paths paths;
    std::shared_ptr<const re2::RE2> pattern;
};

// "max_length", in characters.
struct text_length {
    argument_paths paths;
    std::int64_t most = 0;
};

// "requires_field" and "metadata".
struct required_arguments {
    std::optional<argument_path> when_given;  // nothing: always
    argument_paths paths;
};

// "forbidden_arguments".
struct forbidden_arguments {
    argument_paths paths;
};

// "max_calls": the generic cell rate algorithm, as for config.rate_limit.
struct calls_limit {
    call_rate rate;
    layer per = layer::server;  // server, account or team: what counts together
    // Of declarations: no more than the rate in an hour of the clock (policy_check).
    bool by_the_hour = false;
    bool each_tool = false;  // each tool of the rule is counted by itself
};

// "cap": a limit on the sum of an argument, or on the number of writes, in a window of time.
struct cap_limit {
    argument_paths paths;                // summed; empty: writes are counted
    std::vector<currency_limit> limits;  // of a sum
    std::optional<base_rates> rates{};   // all amounts are summed in its currency, the only limit
    std::int64_t count = 0;              // of writes
    cap_window window;
    layer per = layer::server;  // server, account or team: what counts together
};

// "hours": the only hours of a week in which calls are allowed.
struct allowed_hours {
    week_hours hours;
};

// "dates": the only time in which calls are allowed.
struct allowed_dates {
    std::optional<base::timestamp> from;
    std::optional<base::timestamp> until;  // not included
};

// "refund_within_remaining": a refund is not larger than what is left of its payment.
struct refundable_rest {};

// "no_open_dispute": the payment has none.
struct closed_disputes {};

// "max_age_days": of the object that the call is about.
struct oldest_object {
    std::int64_t days = 0;
};

// "capturable": the payment waits for its capture.
struct waiting_capture {};

// "repeat_within_minutes": no write of the same amount that names the same objects was made lately.
struct repeat_limit {
    std::int64_t minutes = 0;
    cap_window window;
    layer per = layer::account;  // server, account or team: what counts together
};

// "scope": the only data that calls may use and see. An object must keep to every part that is
// given; what does not show that it does is outside.
struct data_scope {
    std::vector<std::string> customers;  // cus_…, sorted; empty: any
    std::vector<std::pair<std::string, std::string>> metadata;
    std::optional<std::int64_t> days;  // since its creation, at most
    std::string connected_account;     // acct_… that calls must act for; empty: any
};

// Without a condition: every call of the tools.
struct every_call {};

using condition =
    std::variant<every_call, number_limit, value_list, text_prefix, text_pattern, text_length,
                 required_arguments, forbidden_arguments, calls_limit, cap_limit, allowed_hours,
                 allowed_dates, refundable_rest, closed_disputes, oldest_object, waiting_capture,
                 repeat_limit, data_scope>;

struct rule {
    std::string id;
    // Which tools: those that every given part selects. Empty parts select all.
    std::vector<std::string> tools;
    std::vector<std::string> except_tools;  // these not
    method_set methods = all_methods;
    std::vector<std::string> tags;
    condition when;
    effect then = effect::deny;  // for a call that does not keep to the condition
    approval_terms approval{};
    bool observe = false;                            // decides nothing until observe_until
    std::optional<base::timestamp> observe_until{};  // nothing: for ever
};

// The paths of the arguments that a condition is about; empty if it is about none.
const argument_paths& paths_of(const condition& when);

}  // namespace tollgate::tenancy
