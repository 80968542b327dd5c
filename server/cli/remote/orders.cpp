#include "server/cli/remote/orders.hpp"

#include <CLI/CLI.hpp>

#include <filesystem>
#include <fstream>
#include <iostream>

#include "base/encoding.hpp"
#include "base/json_text.hpp"
#include "server/cli/command_group.hpp"
#include "server/cli/remote/order_batches.hpp"
#include "server/cli/remote/order_report.hpp"
#include "server/cli/remote/targets.hpp"
#include "server/cli/text/progress.hpp"

namespace tollgate::server {

namespace {

using base::result;

// One line each; `file` has the lines of the report.
void print_rejected(const std::string& file, const order_batch& batch, const order_report& report,
                    bool json) {
    for (const auto& [line, reason] : report.lines) {
        if (!json) {
            std::cout << file << ':' << file_line(batch, line) << ": " << without_controls(reason)
                      << '\n';
            continue;
        }
        std::string out = "{";
        base::json_members{out}.number("line", file_line(batch, line)).text("reason", reason);
        std::cout << out << "}\n";
    }
    const auto more = report.rejected - static_cast<std::int64_t>(report.lines.size());
    if (more > 0 && !json)
        std::cout << file << ": " << more << " more of the " << batch.records
                  << " records from line " << batch.first_line << " on were rejected\n";
}

void print_sum(const order_report& sum, bool dry_run, bool json) {
    if (json) {
        std::string out = "{";
        base::json_members{out}
            .raw("customers", json_of(sum.customers))
            .raw("orders", json_of(sum.orders))
            .number("rejected", sum.rejected)
            .truth("dry_run", dry_run);
        std::cout << out << "}\n";
        return;
    }
    if (dry_run) std::cout << "Nothing was changed: this was a dry run.\n";
    std::cout << "customers: " << text_of(sum.customers) << "\norders: " << text_of(sum.orders)
              << "\nrejected: " << sum.rejected << '\n';
}

base::failure unreadable(const std::string& file) {
    return base::invalid("unreadable_file", "cannot read " + file);
}

}  // namespace

void orders_commands::add(CLI::App& app) {
    auto* const group =
        command_group(app, "orders", "The company's own orders, kept by a running gateway");
    auto* const command = group_.add(
        *group, "import",
        "Add or change customers and orders from a file (exit status 1: some were rejected)",
        [this](const admin_client& gateway) -> result<int> {
            auto id = account_id_named(gateway, account_);
            if (!id) return id.error();
            account_ = std::move(*id);
            return import(gateway);
        });
    command->add_option("FILE", file_, "FILE.jsonl or FILE.csv")->required();
    command->add_option("--account", account_, "ia_…, or its name")->required();
    command->add_flag("--dry-run", dry_run_, "Change nothing and say what would happen");
    add_sync(*group);
}

void orders_commands::add_sync(CLI::App& group) {
    auto* const command =
        group_.add(group, "sync", "Add or change customers and orders from payments at Stripe",
                   [this](const admin_client& gateway) -> result<int> {
                       auto id = account_id_named(gateway, sync_.account);
                       if (!id) return id.error();
                       sync_.account = std::move(*id);
                       sync_.json = group_.json();
                       return sync_orders(gateway, sync_);
                   });
    command->add_option("--account", sync_.account, "ia_…, or its name")->required();
    command->add_option("--since", sync_.since, "Only payments since this time, or day");
    command->add_option("--after", sync_.after, "pi_…: go on after this payment");
    command->add_option("--id-from", sync_.id_from,
                        "The key of the payments' metadata that holds the order's id");
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
    progress_bar bar{size, "records"};
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
        print_rejected(file_, *batch, *report, group_.json());
        add_to(sum.customers, report->customers);
        add_to(sum.orders, report->orders);
        sum.rejected += report->rejected;
        bar.advance(batch->bytes, batch->records);
    }
    bar.clear();
    print_sum(sum, dry_run_, group_.json());
    return sum.rejected == 0 ? orders_done : orders_rejected;
}

}  // namespace tollgate::server
