#include "tenancy/policy/cap_claims.hpp"

#include <algorithm>
#include <limits>
#include <utility>
#include <vector>

#include "base/text.hpp"
#include "tenancy/policy/scalar_value.hpp"

namespace tollgate::tenancy {

namespace {

namespace dom = simdjson::dom;

// By currency, in the order of the call: a few at most.
using amounts = std::vector<std::pair<std::string, std::int64_t>>;

std::int64_t& sum_in(amounts& sums, std::string currency) {
    const auto found = std::ranges::find(sums, currency, &amounts::value_type::first);
    if (found != sums.end()) return found->second;
    return sums.emplace_back(std::move(currency), 0).second;
}

std::int64_t added(std::int64_t a, std::int64_t b) {
    constexpr auto largest = std::numeric_limits<std::int64_t>::max();
    return a > largest - b ? largest : a + b;
}

// A credit moves as much as a charge.
std::int64_t size_of(std::int64_t amount) {
    constexpr auto smallest = std::numeric_limits<std::int64_t>::min();
    if (amount >= 0) return amount;
    return amount == smallest ? std::numeric_limits<std::int64_t>::max() : -amount;
}

std::string named_currency(const dom::object& object, const call_facts& call) {
    std::string_view found;
    if (!call.tells_currency || object.at_key("currency").get(found) != simdjson::SUCCESS)
        return {};
    return base::to_lower(found);
}

// Sums by currency; "" for amounts whose currency the call does not name. Nothing if one is no
// number.
std::optional<amounts> sums_of(const cap_limit& limit, const call_facts& call) {
    amounts out;
    bool good = true;
    for (const auto& path : limit.paths)
        path.each(call.arguments, [&](const dom::element& value, const dom::object& in) {
            if (value.is_null()) return;
            const auto number = rounded_up(value);
            good = good && number.has_value();
            if (!number) return;
            auto currency = named_currency(in, call);
            if (currency.empty()) currency = named_currency(call.arguments, call);
            auto& sum = sum_in(out, std::move(currency));
            sum = added(sum, size_of(*number));
        });
    if (!good) return {};
    return out;
}

violation unknown_amount(const cap_limit& limit) {
    return {"The call does not say '" + limit.paths.front().text() +
                "' as a number, so that it cannot be counted towards the cap.",
            "Give it."};
}

std::int64_t limit_in(const cap_limit& limit, std::string_view currency) {
    for (const auto& one : limit.limits)
        if (one.currency == currency) return one.amount;
    return -1;
}

}  // namespace

std::string cap_name(const policy& of, const rule& one, const cap_limit& limit,
                     const call_facts& call) {
    const auto whose = limit.per == layer::server    ? call.server_id
                       : limit.per == layer::account ? call.account_id
                                                     : call.team_id;
    std::string out;
    out.reserve(of.scope.size() + one.id.size() + whose.size() + 2);
    out.append(of.scope).append(1, '|').append(one.id).append(1, '|').append(whose);
    return out;
}

std::variant<std::vector<storage::cap_claim>, violation> claims_of(const policy& of,
                                                                   const ready_rule& one,
                                                                   const cap_limit& limit,
                                                                   const call_facts& call,
                                                                   const top_names& top) {
    const auto place = limit.window.at(call.now);
    const auto name = cap_name(of, one.what, limit, call);
    const auto claim = [&](std::string currency, std::int64_t amount, std::int64_t most) {
        return storage::cap_claim{name, std::move(currency), amount, most, place.slice, place.from};
    };
    std::vector<storage::cap_claim> out;
    if (limit.paths.empty()) {
        out.push_back(claim({}, 1, limit.count));
        return out;
    }
    const auto sums = sums_of(limit, call);
    if (!sums || chosen_by_stripe(call, top)) return unknown_amount(limit);
    for (const auto& [currency, amount] : *sums) {
        if (currency.empty()) continue;
        const auto most = limit_in(limit, currency);
        if (most < 0)
            return violation{"The amount is in " + currency + ", for which the cap has no limit.",
                             {}};
        out.push_back(claim(currency, amount, most));
    }
    const auto unnamed = std::ranges::find(*sums, std::string_view{}, &amounts::value_type::first);
    if (unnamed == sums->end()) return out;
    for (const auto& each : limit.limits) {
        const auto same = std::ranges::find(out, each.currency, &storage::cap_claim::currency);
        if (same == out.end())
            out.push_back(claim(each.currency, unnamed->second, each.amount));
        else
            same->amount = added(same->amount, unnamed->second);
    }
    return out;
}

}  // namespace tollgate::tenancy
