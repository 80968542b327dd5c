#include "server/cli/remote/order_report.hpp"

#include <simdjson.h>

#include "base/json_text.hpp"

namespace tollgate::server {

namespace {

namespace dom = simdjson::dom;
using base::result;

base::failure not_a_report() {
    return base::fail(base::errc::unavailable, "unreadable_answer",
                      "the answer is not that of an import: is --url the admin API of a gateway of "
                      "this version?");
}

bool read_counts(dom::object root, const char* key, order_counts& into) {
    dom::object counts;
    return root[key].get(counts) == simdjson::SUCCESS &&
           counts["added"].get(into.added) == simdjson::SUCCESS &&
           counts["changed"].get(into.changed) == simdjson::SUCCESS &&
           counts["unchanged"].get(into.unchanged) == simdjson::SUCCESS;
}

}  // namespace

result<order_report> read_order_report(std::string_view body) {
    dom::parser parser;
    dom::object root;
    dom::array lines;
    const simdjson::padded_string text{body};
    order_report out;
    if (parser.parse(text).get(root) != simdjson::SUCCESS ||
        !read_counts(root, "customers", out.customers) ||
        !read_counts(root, "orders", out.orders) ||
        root["rejected"].get(out.rejected) != simdjson::SUCCESS ||
        root["rejected_lines"].get(lines) != simdjson::SUCCESS)
        return not_a_report();
    for (const auto one : lines) {
        std::int64_t line = 0;
        std::string_view reason;
        if (one["line"].get(line) != simdjson::SUCCESS ||
            one["reason"].get(reason) != simdjson::SUCCESS)
            return not_a_report();
        out.lines.emplace_back(line, reason);
    }
    return out;
}

result<order_sync_report> read_sync_report(std::string_view body) {
    dom::parser parser;
    dom::object root;
    const simdjson::padded_string text{body};
    order_sync_report out;
    if (parser.parse(text).get(root) != simdjson::SUCCESS ||
        !read_counts(root, "customers", out.customers) ||
        !read_counts(root, "orders", out.orders) ||
        root["not_paid"].get(out.not_paid) != simdjson::SUCCESS ||
        root["no_customer"].get(out.no_customer) != simdjson::SUCCESS ||
        root["id_taken"].get(out.id_taken) != simdjson::SUCCESS)
        return not_a_report();
    std::string_view next;
    if (root["next"].get(next) == simdjson::SUCCESS) out.next = next;
    return out;
}

std::int64_t order_sync_report::all() const {
    return orders.added + orders.changed + orders.unchanged + not_paid + no_customer;
}

void order_sync_report::add(const order_sync_report& more) {
    add_to(customers, more.customers);
    add_to(orders, more.orders);
    not_paid += more.not_paid;
    no_customer += more.no_customer;
    id_taken += more.id_taken;
}

void add_to(order_counts& sum, const order_counts& more) {
    sum.added += more.added;
    sum.changed += more.changed;
    sum.unchanged += more.unchanged;
}

std::string json_of(const order_counts& counts) {
    std::string out = "{";
    base::json_members{out}
        .number("added", counts.added)
        .number("changed", counts.changed)
        .number("unchanged", counts.unchanged);
    return out + '}';
}

std::string text_of(const order_counts& counts) {
    return std::to_string(counts.added) + " added, " + std::to_string(counts.changed) +
           " changed, " + std::to_string(counts.unchanged) + " unchanged";
}

}  // namespace tollgate::server
