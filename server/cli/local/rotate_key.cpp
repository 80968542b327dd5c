#include "server/cli/local/rotate_key.hpp"

#include <CLI/CLI.hpp>

#include <iostream>

#include "base/json_text.hpp"
#include "server/app/store.hpp"
#include "server/app/tenancy_options.hpp"
#include "server/cli/commands.hpp"
#include "server/cli/text/answer_lines.hpp"
#include "server/cli/text/progress.hpp"
#include "server/log/json_log.hpp"
#include "tenancy/key_rotation.hpp"

namespace tollgate::server {

namespace {

using tenancy::key_report;

std::string uses_json(const std::vector<storage::key_use>& uses) {
    std::string out = "[";
    for (const auto& one : uses) {
        out += out.size() > 1 ? ",{" : "{";
        base::json_members{out}.text("id", one.key_id).number("count", one.count);
        out += '}';
    }
    return out + ']';
}

std::string tokens_json(const std::vector<storage::token_use>& tokens) {
    std::string out = "[";
    for (const auto& one : tokens) {
        out += out.size() > 1 ? ",{" : "{";
        base::json_members{out}
            .text("pepper", one.pepper_id)
            .text("kind", one.kind)
            .number("count", one.count);
        out += '}';
    }
    return out + ']';
}

std::string json_of(const key_report& report, bool dry_run) {
    std::string out = "{";
    base::json_members{out}
        .truth("dry_run", dry_run)
        .text("newest_master_key", report.newest_master)
        .number("sealed_again", report.sealed_again)
        .raw("master_keys", uses_json(report.master))
        .raw("peppers", uses_json(report.peppers))
        .raw("tokens", tokens_json(report.tokens))
        .raw("not_opened", json_list(report.unopened))
        .number("not_opened_count", report.unopened_count)
        .raw("instances_behind", json_list(report.behind))
        .raw("unused_master_keys", json_list(report.unused_master))
        .raw("unused_peppers", json_list(report.unused_peppers));
    return out + '}';
}

void show_uses(const char* what, const char* things, const std::vector<storage::key_use>& uses) {
    for (const auto& one : uses)
        std::cout << what << ' ' << one.key_id << "  " << one.count << ' ' << things << '\n';
}

void show(const key_report& report, bool dry_run) {
    if (!dry_run)
        std::cout << "Sealed " << report.sealed_again << " values again under the master key "
                  << report.newest_master << ".\n";
    show_uses("master key", "values", report.master);
    show_uses("pepper", "tokens", report.peppers);
    for (const auto& one : report.tokens)
        std::cout << "  " << one.pepper_id << "  " << one.count << ' ' << one.kind << '\n';
    for (const auto& id : report.unused_master)
        std::cout << "The master key " << id
                  << " is not needed any more: run rotate-key again in ten minutes, and only if it "
                     "still says so, remove its line from the file of every instance, and restart "
                     "them.\n";
    for (const auto& id : report.unused_peppers)
        std::cout
            << "The pepper " << id
            << " is not needed any more: remove its line from the file of every instance, and "
               "restart them.\n";
    for (const auto& one : report.behind) std::cout << one << ".\n";
    if (dry_run) std::cout << "Nothing was changed.\n";
}

}  // namespace

void rotate_key_command::add(CLI::App& app) {
    auto* const command = app.add_subcommand(
        "rotate-key",
        "Seal what is stored again under the newest master key, while gateways may run, and say "
        "which keys and peppers are still needed (exit status 3: some values were not opened)");
    command->add_flag("--dry-run", dry_run_, "Only say what is under which key");
    command->add_flag("--json", json_, "One JSON object");
    entries_ = {{command, [this](const config& value) { return run(value); }}};
}

int rotate_key_command::run(const config& value) const {
    try {
        const auto where = place_of(value);
        if (!where) return complain(where.error().message);
        const auto options = tenancy_options_of(value, false);
        progress_bar bar{0, "values"};
        const auto done = tenancy::rotate_keys(
            *where, {options.master_key, options.peppers, dry_run_,
                     [&bar](std::uint64_t values, std::uint64_t all) {
                         bar.show(values, all, std::to_string(values) + " values");
                     }});
        bar.clear();
        if (!done) return complain(done.error().message);
        if (!dry_run_)
            make_json_log({value.log.level, value.log.file})
                ->info("keys_rotated", {{"master_key", done->newest_master},
                                        {"values", std::to_string(done->sealed_again)}});
        if (json_)
            std::cout << json_of(*done, dry_run_) << '\n';
        else
            show(*done, dry_run_);
        for (const auto& one : done->unopened) std::cerr << "not opened: " << one << '\n';
        const auto named = static_cast<std::int64_t>(done->unopened.size());
        if (done->unopened_count > named)
            std::cerr << "and " << done->unopened_count - named << " more\n";
        return done->unopened.empty() ? 0 : rotation_values_left;
    } catch (const std::exception& error) {
        return complain(error.what());
    }
}

}  // namespace tollgate::server
