#include "tenancy/policy/cap_claims.hpp"

#include <boost/container/small_vector.hpp>

#include <algorithm>
#include <limits>
#include <tuple>
#include <utility>

#include "base/text.hpp"
#include "tenancy/policy/scalar_value.hpp"

namespace tollgate::tenancy {

namespace {

namespace dom = simdjson::dom;

// By currency, in the order of the call: a few at most.
using amounts = boost::container::small_vector<std::pair<std::string, std::int64_t>, 2>;

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
    if (!call.names_currency || object.at_key("currency").get(found) != simdjson::SUCCESS)
        return {};
    return base::to_lower(found);
}

// Adds up `out` by currency; "" for amounts whose currency the call does not name. False if one is
// no number.
bool add_sums(const cap_limit& limit, const call_facts& call, amounts& out) {
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
    return good;
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

// Whether the claim of `a` is reserved before the one of `b`. The rank answers without comparing
// texts, and says the same as they do.
bool is_earlier(const cap_use& a, const cap_use& b) {
    if (a.of == b.of && a.rank != b.rank) return a.rank < b.rank;
    return std::tie(a.claim.cap, a.claim.currency) < std::tie(b.claim.cap, b.claim.currency);
}

// The claims of one rule, as they are added to those of the rules before.
struct claims_of_rule {
    const policy& of;
    const ready_rule& one;
    const call_facts& call;
    std::vector<cap_use>& out;
    const cap_limit& limit;
    cap_window::place place = limit.window.at(call.now);
    std::size_t first = out.size();

    void add(std::string currency, std::int64_t amount, std::int64_t most) {
        cap_use& use = out.emplace_back();  // in its place: with many caps, moving it costs
        use.of = &of;
        use.by = &one.what;
        use.rank = one.rank;
        use.claim.cap = cap_name(one, limit, call);
        use.claim.currency = std::move(currency);
        use.claim.amount = amount;
        use.claim.limit = most;
        use.claim.slice = place.slice;
        use.claim.from = place.from;
    }

    // All amounts in the base currency, of which the cap has the only limit.
    std::optional<violation> add_in_base(const amounts& sums) {
        std::int64_t total = 0;
        for (const auto& [currency, amount] : sums) {
            const auto worth = currency.empty() ? limit.rates->most_worth(amount, call.now)
                                                : limit.rates->worth(currency, amount, call.now);
            if (!worth) return no_rate(currency);
            total = added(total, *worth);
        }
        if (!sums.empty()) add(limit.rates->currency, total, limit.limits.front().amount);
        return {};
    }

    violation no_rate(const std::string& currency) const {
        if (call.now >= limit.rates->until)
            return {"The exchange rates of the cap ended " +
                        base::format_timestamp(limit.rates->until) + ": only amounts in " +
                        limit.rates->currency + " can be counted.",
                    "An administrator can give the rule new rates."};
        return {"The amount is in " + currency + ", for which the cap has no exchange rate.", {}};
    }

    // The same amount in every currency of the cap.
    void add_unnamed(std::int64_t amount) {
        for (const auto& each : limit.limits) {
            const auto begin = out.begin() + static_cast<std::ptrdiff_t>(first);
            const auto same = std::find_if(begin, out.end(), [&](const cap_use& use) {
                return use.claim.currency == each.currency;
            });
            if (same == out.end())
                add(each.currency, amount, each.amount);
            else
                same->claim.amount = added(same->claim.amount, amount);
        }
    }
};

}  // namespace

std::string cap_name(const ready_rule& one, const cap_limit& limit, const call_facts& call) {
    const auto whose = limit.per == layer::server    ? call.server_id
                       : limit.per == layer::account ? call.account_id
                                                     : call.team_id;
    std::string out;
    out.reserve(one.counted_as.size() + whose.size());
    out.append(one.counted_as).append(whose);
    return out;
}

std::optional<violation> add_claims(const policy& of, const ready_rule& one, const cap_limit& limit,
                                    const call_facts& call, const top_names& top,
                                    std::vector<cap_use>& out) {
    claims_of_rule claims{.of = of, .one = one, .call = call, .out = out, .limit = limit};
    if (limit.paths.empty()) {
        claims.add({}, 1, limit.count);
        return {};
    }
    amounts sums;
    if (!add_sums(limit, call, sums) || chosen_by_stripe(call, top)) return unknown_amount(limit);
    if (limit.rates) return claims.add_in_base(sums);
    for (const auto& [currency, amount] : sums) {
        if (currency.empty()) continue;
        const auto most = limit_in(limit, currency);
        if (most < 0)
            return violation{"The amount is in " + currency + ", for which the cap has no limit.",
                             {}};
        claims.add(currency, amount, most);
    }
    const auto unnamed = std::ranges::find(sums, std::string_view{}, &amounts::value_type::first);
    if (unnamed != sums.end()) claims.add_unnamed(unnamed->second);
    return {};
}

void sort_claims(std::vector<cap_use>& claims) {
    if (std::ranges::is_sorted(claims, is_earlier)) return;
    // Claims are large: their places are sorted with what mostly decides, and each is moved once.
    struct numbered {
        const policy* of;
        std::uint32_t rank;
        std::uint32_t at;
    };
    boost::container::small_vector<numbered, 32> order;
    order.reserve(claims.size());
    for (const auto& one : claims)
        order.push_back({one.of, one.rank, static_cast<std::uint32_t>(order.size())});
    std::ranges::sort(order, [&](const numbered& a, const numbered& b) {
        if (a.of == b.of && a.rank != b.rank) return a.rank < b.rank;
        return is_earlier(claims[a.at], claims[b.at]);
    });
    std::vector<cap_use> sorted;
    sorted.reserve(claims.size());
    for (const auto& one : order) sorted.push_back(std::move(claims[one.at]));
    claims = std::move(sorted);
}

}  // namespace tollgate::tenancy
