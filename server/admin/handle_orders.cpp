// The companies' own orders: imported and read.
#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>
#include <iterator>
#include <optional>
#include <tuple>
#include <utility>
#include <variant>

#include "server/admin/handlers.hpp"
#include "server/admin/list_page.hpp"
#include "server/admin/order_lines.hpp"
#include "server/admin/orders_text.hpp"
#include "server/admin/request_codec.hpp"
#include "tenancy/admin/accounts.hpp"
#include "tenancy/admin/order_sync.hpp"
#include "tenancy/orders/order_record.hpp"
#include "tenancy/orders/orders.hpp"
#include "tenancy/secrets/vault.hpp"

namespace tollgate::admin {

namespace {

using base::awaitable;
using base::result;
using storage::order_customer_row;
using storage::order_row;

constexpr std::size_t rejected_shown_max = 100;
constexpr std::size_t records_at_once = 100;  // between two turns of the loop

bool is_csv(const base::http_request& request) {
    return request.header("Content-Type").starts_with("text/csv");
}

// The orders of the account in the path. Fails with not_found.
awaitable<result<tenancy::order_home>> home_of(const call& in) {
    const auto account = co_await in.tenancy.accounts().get(in.by->team_id, in.id(0));
    if (!account) co_return account.error();
    co_return tenancy::order_home{{in.by->team_id, account->id}, account->orders};
}

result<bool> truth_of(const query_values& query, const std::string& name) {
    const auto found = query.find(name);
    if (found == query.end() || found->second == "false") return false;
    if (found->second == "true") return true;
    return base::invalid("not_a_truth", name + " is true or false", name);
}

void reject(import_report& report, std::int64_t line, std::string reason) {
    ++report.rejected;
    if (report.lines.size() < rejected_shown_max) report.lines.push_back({line, std::move(reason)});
}

// Reads the records of the body; unreadable ones are put into the report. `lines` receives the line
// of each order.
awaitable<> read_records(std::string_view body, lines_format format, storage::import_orders& into,
                         std::vector<std::int64_t>& lines, import_report& report) {
    const auto executor = co_await boost::asio::this_coro::executor;
    record_lines from{body, format};
    for (;;) {
        auto some = from.next(records_at_once);
        if (some.empty()) co_return;
        for (auto& one : some) {
            auto record = one.fields ? tenancy::read_order_record(*one.fields)
                                     : result<tenancy::order_record>{one.fields.error()};
            if (!record) {
                reject(report, one.line, record.error().message);
            } else if (auto* customer = std::get_if<order_customer_row>(&*record)) {
                into.customers.push_back({std::move(*customer), {}});
            } else {
                into.orders.push_back(std::get<order_row>(std::move(*record)));
                lines.push_back(one.line);
            }
        }
        co_await boost::asio::post(executor, boost::asio::use_awaitable);
    }
}

// The single parameter that says what to search for.
result<std::pair<std::string, std::string>> only_one(const query_values& query,
                                                     std::initializer_list<const char*> names) {
    std::optional<std::pair<std::string, std::string>> out;
    std::string known;
    for (const char* name : names) {
        known += (known.empty() ? "" : ", ") + std::string{name};
        const auto found = query.find(name);
        if (found == query.end() || found->second.empty()) continue;
        if (out) return base::invalid("two_searches", "give only one of " + known, name);
        out = {name, found->second};
    }
    if (!out) return base::invalid("missing_parameter", "say what to look for: one of " + known);
    return std::move(*out);
}

// The newest orders of several customers.
awaitable<result<std::vector<order_row>>> orders_of_all(const call& in, tenancy::order_home at,
                                                        std::vector<order_customer_row> customers,
                                                        storage::page where) {
    std::vector<order_row> out;
    for (const auto& one : customers) {
        auto some = co_await in.tenancy.orders().orders_of(at, one.id, where);
        if (!some) co_return some.error();
        std::move(some->begin(), some->end(), std::back_inserter(out));
    }
    std::sort(out.begin(), out.end(), [](const order_row& a, const order_row& b) {
        return std::tie(a.created_at, a.id) > std::tie(b.created_at, b.id);
    });
    if (out.size() > where.limit) out.resize(where.limit);
    co_return out;
}

awaitable<result<std::vector<order_row>>> search(const call& in, tenancy::order_home at,
                                                 std::pair<std::string, std::string> what,
                                                 storage::page where) {
    auto& orders = in.tenancy.orders();
    if (what.first == "customer") {
        auto rows = co_await orders.orders_of(at, std::move(what.second), where);
        co_return rows;
    }
    if (what.first == "payment") {
        auto rows = co_await orders.orders_by_payment(at, std::move(what.second));
        co_return rows;
    }
    if (what.first == "email") {
        auto customers = co_await orders.customers_by_email(at, std::move(what.second));
        if (!customers) co_return customers.error();
        auto rows = co_await orders_of_all(in, std::move(at), std::move(*customers), where);
        co_return rows;
    }
    auto one = co_await orders.find_order(at, std::move(what.second));
    if (!one) co_return one.error();
    std::vector<order_row> rows;
    if (*one) rows.push_back(std::move(**one));
    co_return rows;
}

// True for one order, or the orders of one payment: these have no further pages.
bool is_whole(const std::string& searched) {
    return searched == "payment" || searched == "id";
}

template <typename Rows, typename Shown>
base::http_response whole_list(const Rows& rows, const Shown& shown) {
    std::vector<std::string> items;
    for (const auto& row : rows) items.push_back(shown(row));
    return json_response(200, encode_list(items, {}));
}

}  // namespace

answer import_orders(const call& in) {
    const auto query = parse_query(in.request.query, {"dry_run"});
    if (!query) co_return query.error();
    const auto dry_run = truth_of(*query, "dry_run");
    if (!dry_run) co_return dry_run.error();
    storage::import_orders what;
    what.place = {in.by->team_id, in.id(0)};
    what.dry_run = *dry_run;
    import_report report;
    report.dry_run = *dry_run;
    std::vector<std::int64_t> lines;
    const auto format = is_csv(in.request) ? lines_format::csv : lines_format::json;
    co_await read_records(in.request.body, format, what, lines, report);
    std::vector<std::string> customers;
    for (const auto& one : what.orders) customers.push_back(one.customer_id);
    auto done = co_await in.tenancy.orders().import(std::move(what));
    if (!done) co_return done.error();
    report.customers = done->customers;
    report.orders = done->orders;
    for (const std::size_t place : done->without_customer)
        reject(report, lines.at(place),
               "customer_id names no customer of this account: '" + customers.at(place) +
                   "'; import the customers first");
    std::ranges::sort(report.lines, {}, &rejected_line::line);
    co_return json_response(200, import_json(report));
}

answer sync_orders(const call& in) {
    auto what = decode_order_sync(in.request.body);
    if (!what) co_return what.error();
    storage::order_place of{in.by->team_id, in.id(0)};
    const auto page = co_await in.tenancy.order_sync().page(std::move(of), std::move(*what));
    if (!page) co_return page.error();
    co_return json_response(200, sync_json(*page));
}

answer list_orders(const call& in) {
    const auto query =
        parse_query(in.request.query, {"email", "customer", "payment", "id", "limit", "cursor"});
    if (!query) co_return query.error();
    auto what = only_one(*query, {"email", "customer", "payment", "id"});
    if (!what) co_return what.error();
    const bool whole = is_whole(what->first);
    for (const char* name : {"limit", "cursor"})
        if (whole && query->contains(name))
            co_return base::invalid("unknown_parameter",
                                    "a search by " + what->first +
                                        " answers all orders at once: leave " + name + " out",
                                    name);
    cursor_scope scope{in.tenancy.secrets(), in.by->team_id,
                       std::string{in.request.path} + '?' + what->first + '=' + what->second};
    const auto page = read_page(std::move(scope), *query);
    if (!page) co_return page.error();
    auto home = co_await home_of(in);
    if (!home) co_return home.error();
    auto rows = co_await search(in, std::move(*home), std::move(*what), page->where);
    if (!rows) co_return rows.error();
    if (whole) co_return whole_list(*rows, order_json);
    co_return list_response(*page, std::move(*rows), order_json);
}

answer list_order_customers(const call& in) {
    const auto query = parse_query(in.request.query, {"email", "stripe_customer", "id"});
    if (!query) co_return query.error();
    auto what = only_one(*query, {"email", "stripe_customer", "id"});
    if (!what) co_return what.error();
    auto home = co_await home_of(in);
    if (!home) co_return home.error();
    auto& orders = in.tenancy.orders();
    if (what->first == "id") {
        auto one = co_await orders.find_customer(std::move(*home), std::move(what->second));
        if (!one) co_return one.error();
        std::vector<order_customer_row> rows;
        if (*one) rows.push_back(std::move(**one));
        co_return whole_list(rows, customer_json);
    }
    auto asking = what->first == "email"
                      ? orders.customers_by_email(std::move(*home), std::move(what->second))
                      : orders.customers_by_stripe_id(std::move(*home), std::move(what->second));
    auto rows = co_await std::move(asking);
    if (!rows) co_return rows.error();
    co_return whole_list(*rows, customer_json);
}

answer list_order_refunds(const call& in) {
    const auto query = parse_query(in.request.query, {"order"});
    if (!query) co_return query.error();
    auto what = only_one(*query, {"order"});
    if (!what) co_return what.error();
    auto home = co_await home_of(in);
    if (!home) co_return home.error();
    auto rows = co_await in.tenancy.orders().refunds_of(std::move(*home), std::move(what->second));
    if (!rows) co_return rows.error();
    co_return whole_list(*rows, refund_json);
}

}  // namespace tollgate::admin
