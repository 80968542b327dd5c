#include "tenancy/audit/usage.hpp"

#include <charconv>
#include <map>

#include "tenancy/audit/record_counts.hpp"

namespace tollgate::tenancy {

namespace {

using bounds = std::map<std::int64_t, std::int64_t>;  // how many calls took at most this long

// The smallest bound that `percent` of all calls did not exceed.
std::optional<std::int64_t> percentile(const bounds& took, std::int64_t percent) {
    std::int64_t all_calls = 0;
    for (const auto& [bound, calls] : took) all_calls += calls;
    std::int64_t seen = 0;
    constexpr std::int64_t whole = 100;
    for (const auto& [bound, calls] : took) {
        seen += calls;
        if (seen * whole >= all_calls * percent) return bound;
    }
    return {};
}

std::int64_t number_of(std::string_view text) {
    std::int64_t out = 0;
    std::from_chars(text.data(), text.data() + text.size(), out);
    return out;
}

// Collects the rows of a scope.
class usage_reader {
public:
    explicit usage_reader(usage_report& out, std::int64_t first) : out_(out), first_(first) {}

    void take(const storage::hourly_count& row) {
        usage_hour& hour = out_.hours.at(static_cast<std::size_t>(row.hour - first_));
        const std::string_view what = row.what;
        if (what == usage_word::calls) add(hour, &usage_counts::calls, row.amount);
        if (what == usage_word::refused) add(hour, &usage_counts::refused, row.amount);
        if (what == usage_word::failed) add(hour, &usage_counts::failed, row.amount);
        if (what.starts_with(usage_word::took))
            took_[number_of(what.substr(usage_word::took.size()))] += row.amount;
        if (what.starts_with(usage_word::amount))
            amount_of(what.substr(usage_word::amount.size())).amount += row.amount;
        if (what.starts_with(usage_word::writes))
            amount_of(what.substr(usage_word::writes.size())).writes += row.amount;
    }

    void finish() {
        constexpr std::int64_t half = 50;
        constexpr std::int64_t nearly_all = 95;
        out_.p50_ms = percentile(took_, half);
        out_.p95_ms = percentile(took_, nearly_all);
        for (auto& [currency, one] : amounts_) out_.amounts.push_back(std::move(one));
    }

private:
    void add(usage_hour& hour, std::int64_t usage_counts::* member, std::int64_t amount) {
        hour.counts.*member += amount;
        out_.total.*member += amount;
    }
    usage_amount& amount_of(std::string_view currency) {
        usage_amount& out = amounts_[std::string{currency}];
        out.currency = currency;
        return out;
    }

    usage_report& out_;
    std::int64_t first_;
    bounds took_;
    std::map<std::string, usage_amount> amounts_;
};

}  // namespace

base::awaitable<base::result<usage_report>> read_usage(const environment& env, std::string team_id,
                                                       std::string scope_id, std::int64_t hours) {
    const std::int64_t end = hour_of(env.clock.now()) + 1;
    const std::int64_t first = end - hours;
    usage_report out;
    out.from = base::timestamp{std::chrono::hours{first}};
    out.to = base::timestamp{std::chrono::hours{end}};
    for (std::int64_t hour = first; hour < end; ++hour)
        out.hours.push_back({base::timestamp{std::chrono::hours{hour}}, {}});
    auto rows =
        co_await env.store.list_hourly_counts(std::move(team_id), std::move(scope_id), first, end);
    if (!rows) co_return rows.error();
    usage_reader reader{out, first};
    for (const auto& row : *rows) reader.take(row);
    reader.finish();
    co_return out;
}

}  // namespace tollgate::tenancy
