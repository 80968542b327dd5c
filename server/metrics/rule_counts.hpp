// Metrics of rules on calls: how often each one denied or would have denied.
#pragma once
#include <prometheus/counter.h>
#include <prometheus/family.h>
#include <prometheus/registry.h>

#include <mutex>
#include <set>
#include <string>
#include <string_view>

#include "stripe/tools/rule_watch.hpp"

namespace tollgate::server {

// Teams choose the ids of their rules, so the number of labels is limited: rules seen after the
// first hundred of this process are counted together as "(other)". Thread-safe.
class rule_counts final : public stripe::rule_watch {
public:
    // `registry` outlives this object.
    explicit rule_counts(prometheus::Registry& registry);

    void rule_denied(tenancy::layer where, std::string_view rule) noexcept override;
    void rule_observed(tenancy::layer where, std::string_view rule) noexcept override;
    void rule_excepted(tenancy::layer where, std::string_view rule) noexcept override;

    static constexpr std::size_t names_max = 100;

private:
    void count(prometheus::Family<prometheus::Counter>& in, tenancy::layer where,
               std::string_view rule) noexcept;

    prometheus::Family<prometheus::Counter>& denied_;
    prometheus::Family<prometheus::Counter>& observed_;
    prometheus::Family<prometheus::Counter>& excepted_;
    std::mutex mutex_;
    std::set<std::string, std::less<>> names_;
};

}  // namespace tollgate::server
