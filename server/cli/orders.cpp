#include "server/cli/orders.hpp"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <unistd.h>

#include "base/encoding.hpp"
#include "server/cli/gateway_access.hpp"
#include "server/cli/order_batches.hpp"
#include "server/cli/order_report.hpp"

namespace tollgate::server {

namespace {

using base::result;

// A bar on a terminal; nothing anywhere else.
class progress_bar {
public:
    explicit progress_bar(std::uint64_t bytes_all)
        : all_(bytes_all), shown_(::isatty(STDERR_FILENO) == 1) {}
    ~progress_bar() { clear(); }
    progress_bar(const progress_bar&) = delete;
    progress_bar& operator=(const progress_bar&) = delete;

    void advance(std::uint64_t bytes, std::int64_t records) {
        done_ += bytes;
        records_ += records;
        if (!shown_) return;
        constexpr std::uint64_t width = 40;
        const std::uint64_t part = all_ == 0 ? width : std::min(width, done_ * width / all_);
        std::cerr << "\r[" << std::string(part, '#') << std::string(width - part, '.') << "] "
                  << records_ << " records" << std::flush;
    }
    void clear() const {
        if (shown_) std::cerr << "\r\x1b[K" << std::flush;
    }

private:
    const std::uint64_t all_;
    const bool shown_;
    std::uint64_t done_ = 0;
    std::int64_t records_ = 0;
};

void add_to(order_counts& sum, const order_counts& more) {
    sum.added += more.added;
    sum.changed += more.changed;
    sum.unchanged += more.unchanged;
}

void print_rejected(const std::string& file, const order_batch& of, const order_report& report) {
    for (const auto& [line, reason] : report.lines)
        std::cout << file << ':' << file_line(of, line) << ": " << reason << '\n';
    const auto more = report.rejected - static_cast<std::int64_t>(report.lines.size());
    if (more > 0)
        std::cout << file << ": " << more << " more of the " << of.records << " records from line "
                  << of.first_line << " on were rejected\n";
}

base::failure unreadable(const std::string& file) {
    return base::invalid("unreadable_file", "cannot read " + file);
}

}  // namespace

void orders_commands::add(CLI::App& app) {
    auto* const group =
        app.add_subcommand("orders", "The company's own orders, kept by a running gateway");
    group->require_subcommand(1);
    auto* const command = group->add_subcommand(
        "import",
        "Add or change customers and orders from a file (exit status 1: some were rejected)");
    command->add_option("FILE", file_, "FILE.jsonl or FILE.csv")->required();
    command->add_option("--account", account_, "ia_…")->required();
    command->add_flag("--dry-run", dry_run_, "Change nothing and say what would happen");
    add_access(*command, access_);
    entries_.push_back({command, [this] {
                            return ask_gateway(
                                access_, orders_not_asked,
                                [this](const admin_client& gateway) { return import(gateway); });
                        }});
}

result<int> orders_commands::import(const admin_client& gateway) const {
    const bool csv = file_.ends_with(".csv");
    if (!csv && !file_.ends_with(".jsonl") && !file_.ends_with(".ndjson"))
        return base::invalid("unknown_format",
                             "the file must be FILE.csv or FILE.jsonl, not " + file_);
    std::error_code unknown;
    const auto size = std::filesystem::file_size(file_, unknown);
    std::ifstream in{file_, std::ios::binary};
    if (unknown || !in) return unreadable(file_);
    std::string path = "/integrated-account/";
    base::append_percent_encoded(path, account_);
    path += dry_run_ ? "/orders/import?dry_run=true" : "/orders/import";
    order_batches batches{in, csv ? order_format::csv : order_format::json_lines};
    progress_bar bar{size};
    order_report sum;
    for (;;) {
        auto batch = batches.next();
        if (!batch) return batch.error();
        if (in.bad()) return unreadable(file_);
        if (batch->records == 0) break;
        const auto answer = gateway.call("POST", path, std::move(batch->body),
                                         csv ? "text/csv" : "application/jsonl");
        if (!answer) return answer.error();
        const auto report = read_order_report(*answer);
        if (!report) return report.error();
        bar.clear();
        print_rejected(file_, *batch, *report);
        add_to(sum.customers, report->customers);
        add_to(sum.orders, report->orders);
        sum.rejected += report->rejected;
        bar.advance(batch->bytes, batch->records);
    }
    bar.clear();
    if (dry_run_) std::cout << "Nothing was changed: this was a dry run.\n";
    std::cout << "customers: " << text_of(sum.customers) << "\norders: " << text_of(sum.orders)
              << "\nrejected: " << sum.rejected << '\n';
    return sum.rejected == 0 ? orders_done : orders_rejected;
}

}  // namespace tollgate::server
