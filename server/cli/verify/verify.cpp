#include "server/cli/verify/verify.hpp"

#include <CLI/CLI.hpp>

#include <cstdlib>
#include <fstream>
#include <iostream>

#include "server/cli/text/progress.hpp"
#include "server/cli/verify/bench_command.hpp"

namespace tollgate::server {

void verify_command::add(CLI::App& app) {
    auto* const command = group_.add(
        app, "verify",
        "Try on a running gateway what Tollgate promises, each with a control (an admin's key)",
        on_bench([this](const admin_client& gateway) { return verify(gateway); }));
    command->add_option("--account", account_,
                        "The integrated account to try with; default: the only one");
    command->add_flag("--slow", options_.slow, "Also what takes a minute");
    command->add_flag("--writes", options_.writes,
                      "Also what leaves something: a customer at Stripe, with a test account, and "
                      "an approval that is asked for and denied");
    command->add_flag("--freeze", options_.freezes,
                      "Also a freeze of the account: all its writes are refused for a moment");
    command->add_option("--junit", junit_, "A file for the results, as JUnit XML");
    command->footer(
        "Exit status: 0 all holds; 1 something does not hold, or is unclear; 2 the gateway could "
        "not be asked; 3 what was tried holds, and something was not tried.");
}

int verify_command::verify(const admin_client& gateway) const {
    verify_bench bench{gateway, chosen_account(gateway, account_)};
    bench.must("GET", "/integrated-account/" + bench.account());
    const auto all = check_count(options_);
    progress_bar bar{all, "checks"};
    const auto print = [this, &bar](const check_report& one) {
        bar.clear();
        std::cout << (group_.json() ? json_of(one) : line_of(one)) << '\n' << std::flush;
        bar.advance(1, 1);
    };
    verify_options options = options_;
    const char* const other = std::getenv("TOLLGATE_OTHER_API_KEY");
    if (other != nullptr) options.other_team_key = other;
    const auto reports = verify_all(bench, options, print);
    bar.clear();
    if (!junit_.empty()) {
        std::ofstream file{junit_, std::ios::binary};
        file << junit_of(reports);
        file.close();
        if (!file) throw verify_trouble("cannot write " + junit_);
    }
    return status_of(reports);
}

}  // namespace tollgate::server
