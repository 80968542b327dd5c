// A company's orders in memory: as small as tests of the tools need them.
#pragma once
#include <algorithm>
#include <cctype>
#include <map>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include "tenancy/orders/order_desk.hpp"

namespace tollgate::test {

class memory_orders final : public tenancy::order_desk {
public:
    template <typename T>
    using answer = base::awaitable<base::result<T>>;
    using customer_rows = std::vector<storage::order_customer_row>;
    using order_rows = std::vector<storage::order_row>;

    answer<customer_rows> customers_by_email(const tenancy::grant&, std::string email) override {
        co_return customers_where([&](const auto& one) { return same(one.email, email); });
    }
    answer<customer_rows> customers_by_stripe_id(const tenancy::grant&, std::string id) override {
        co_return customers_where([&](const auto& one) { return one.stripe_customer_id == id; });
    }
    answer<std::optional<storage::order_customer_row>> find_customer(const tenancy::grant&,
                                                                     std::string id) override {
        auto found = customers_where([&](const auto& one) { return one.id == id; });
        if (!found) co_return found.error();
        std::optional<storage::order_customer_row> out;
        if (!found->empty()) out = found->front();
        co_return out;
    }
    answer<order_rows> orders_of(const tenancy::grant&, std::string customer_id,
                                 tenancy::order_page where) override {
        auto found = orders_where([&](const auto& one) {
            const bool older = !where.before || std::tie(one.created_at, one.id) <
                                                    std::tie(*where.before, where.before_id);
            return one.customer_id == customer_id && older;
        });
        if (!found) co_return found;
        std::ranges::sort(*found, [](const auto& a, const auto& b) {
            return std::tie(a.created_at, a.id) > std::tie(b.created_at, b.id);
        });
        if (std::ssize(*found) > where.limit) found->resize(static_cast<std::size_t>(where.limit));
        co_return found;
    }
    answer<std::optional<storage::order_row>> find_order(const tenancy::grant&,
                                                         std::string id) override {
        auto found = orders_where([&](const auto& one) { return one.id == id; });
        if (!found) co_return found.error();
        std::optional<storage::order_row> out;
        if (!found->empty()) out = found->front();
        co_return out;
    }
    answer<order_rows> orders_by_payment(const tenancy::grant&, std::string id) override {
        co_return orders_where([&](const auto& one) { return one.payment_id == id; });
    }
    answer<std::vector<storage::refund_log_row>> refunds_of(const tenancy::grant&,
                                                            std::string) override {
        co_return std::vector<storage::refund_log_row>{};
    }
    answer<std::vector<storage::currency_revenue>> revenue(const tenancy::grant&,
                                                           base::timestamp from,
                                                           base::timestamp to) override {
        if (away) co_return *away;
        std::map<std::string, storage::currency_revenue> sums;
        for (const auto& one : orders) {
            if (one.created_at < from || one.created_at >= to) continue;
            auto& sum = sums[one.currency];
            sum.currency = one.currency;
            ++sum.orders;
            sum.amount += one.amount;
            sum.refunded += one.refunded;
        }
        std::vector<storage::currency_revenue> out;
        for (auto& [currency, sum] : sums) out.push_back(sum);
        co_return out;
    }
    base::awaitable<base::result<>> flag(const tenancy::grant&,
                                         tenancy::review_flag what) override {
        if (away) co_return *away;
        flags.push_back(std::move(what));
        co_return base::result<>{};
    }

    std::optional<base::failure> away;  // every call fails with it
    customer_rows customers;
    order_rows orders;
    std::vector<tenancy::review_flag> flags;

private:
    static bool same(std::string_view a, std::string_view b) {
        return std::ranges::equal(a, b, [](unsigned char x, unsigned char y) {
            return std::tolower(x) == std::tolower(y);
        });
    }
    template <typename Rule>
    base::result<customer_rows> customers_where(const Rule& rule) const {
        if (away) return *away;
        customer_rows out;
        std::ranges::copy_if(customers, std::back_inserter(out), rule);
        return out;
    }
    template <typename Rule>
    base::result<order_rows> orders_where(const Rule& rule) const {
        if (away) return *away;
        order_rows out;
        std::ranges::copy_if(orders, std::back_inserter(out), rule);
        return out;
    }
};

}  // namespace tollgate::test
