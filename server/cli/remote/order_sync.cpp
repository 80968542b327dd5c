#include "server/cli/remote/order_sync.hpp"

#include <simdjson.h>

#include <algorithm>
#include <chrono>
#include <iostream>
#include <thread>
#include <utility>

#include "base/encoding.hpp"
#include "base/json_text.hpp"
#include "server/cli/remote/order_report.hpp"
#include "server/cli/text/progress.hpp"

namespace tollgate::server {

namespace {

namespace dom = simdjson::dom;
using base::result;

constexpr std::chrono::seconds first_wait{2};
constexpr std::chrono::seconds longest_wait{30};
constexpr std::chrono::seconds timeout{120};

// A day alone begins at midnight, UTC.
std::string time_of(const std::string& since) {
    const bool day = since.size() == std::string_view{"2026-01-01"}.size() &&
                     since.find_first_not_of("0123456789-") == std::string::npos;
    return day ? since + "T00:00:00Z" : since;
}

std::string body_of(const order_sync_options& what, const std::string& after) {
    std::string out = "{";
    base::json_members members{out};
    if (!after.empty()) members.text("after", after);
    if (!what.since.empty()) members.text("since", time_of(what.since));
    if (!what.id_from.empty()) members.text("id_key", what.id_from);
    return out + '}';
}

// Asks again while a limit is used up.
result<std::string> ask_with_retries(const admin_client& gateway, const std::string& path,
                                     const std::string& body) {
    std::chrono::seconds waited{0};
    for (auto wait = first_wait;; wait = std::min(wait * 2, longest_wait)) {
        auto answer = gateway.call("POST", path, body);
        const bool limited = !answer && answer.error().code.ends_with("rate_limited");
        if (!limited || waited >= timeout) return answer;
        std::this_thread::sleep_for(wait);
        waited += wait;
    }
}

base::failure go_on(base::failure why, const std::string& after) {
    if (!after.empty()) why.message += "; what was read is kept: go on with --after " + after;
    return why;
}

void print_sum(const order_sync_report& sum, bool json) {
    if (json) {
        std::string out = "{";
        base::json_members{out}
            .raw("customers", json_of(sum.customers))
            .raw("orders", json_of(sum.orders))
            .number("not_paid", sum.not_paid)
            .number("no_customer", sum.no_customer)
            .number("id_taken", sum.id_taken);
        std::cout << out << "}\n";
        return;
    }
    std::cout << "customers: " << text_of(sum.customers) << "\norders: " << text_of(sum.orders)
              << "\npayments that took no money: " << sum.not_paid
              << "\npayments without a customer or an e-mail address: " << sum.no_customer
              << "\npayments whose order id another payment has: " << sum.id_taken << '\n';
}

}  // namespace

result<int> sync_orders(const admin_client& gateway, const order_sync_options& what) {
    std::string path = "/integrated-account/";
    base::append_percent_encoded(path, what.account);
    path += "/orders/sync";
    progress_bar bar{0, "payments"};
    order_sync_report sum;
    for (std::string after = what.after;;) {
        const auto answer = ask_with_retries(gateway, path, body_of(what, after));
        if (!answer) return go_on(answer.error(), after);
        auto page = read_sync_report(*answer);
        if (!page) return go_on(page.error(), after);
        const auto read = page->all();
        sum.add(*page);
        bar.advance(0, read);
        after = std::move(page->next);
        if (after.empty()) break;
    }
    bar.clear();
    print_sum(sum, what.json);
    return 0;
}

}  // namespace tollgate::server
