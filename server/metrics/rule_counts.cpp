#include "server/metrics/rule_counts.hpp"

#include <exception>

namespace tollgate::server {

namespace {

const std::string other_rules = "(other)";

}  // namespace

rule_counts::rule_counts(prometheus::Registry& registry)
    : denied_(prometheus::BuildCounter()
                  .Name("tollgate_policy_denied_total")
                  .Help("Calls denied by rules, by layer and rule.")
                  .Register(registry)),
      observed_(prometheus::BuildCounter()
                    .Name("tollgate_policy_observed_total")
                    .Help("Calls that a rule would refuse if it did not only observe.")
                    .Register(registry)),
      excepted_(prometheus::BuildCounter()
                    .Name("tollgate_policy_excepted_total")
                    .Help("Calls that a rule did not decide about because of an exception.")
                    .Register(registry)) {
    // Created at the start, so that each metric exists before the first rule decides.
    for (auto* const family : {&denied_, &observed_, &excepted_})
        family->Add({{"layer", "server"}, {"rule", other_rules}});
}

void rule_counts::rule_denied(tenancy::layer where, std::string_view rule) noexcept {
    count(denied_, where, rule);
}

void rule_counts::rule_observed(tenancy::layer where, std::string_view rule) noexcept {
    count(observed_, where, rule);
}

void rule_counts::rule_excepted(tenancy::layer where, std::string_view rule) noexcept {
    count(excepted_, where, rule);
}

// If there is no memory for a new counter, the call is not counted.
void rule_counts::count(prometheus::Family<prometheus::Counter>& in, tenancy::layer where,
                        std::string_view rule) noexcept {
    try {
        const std::lock_guard lock{mutex_};
        const bool known = names_.contains(rule);
        if (!known && names_.size() < names_max) names_.emplace(rule);
        const bool named = known || names_.contains(rule);
        in.Add({{"layer", std::string(tenancy::to_string(where))},
                {"rule", named ? std::string(rule) : other_rules}})
            .Increment();
    } catch (const std::exception&) {
        return;
    }
}

}  // namespace tollgate::server
