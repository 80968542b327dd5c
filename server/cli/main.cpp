#include <CLI/CLI.hpp>

#include <csignal>
#include <iostream>
#include <malloc.h>
#include <string>
#include <vector>

#include "server/cli/checks/check_commands.hpp"
#include "server/cli/clients/connect.hpp"
#include "server/cli/clients/stdio.hpp"
#include "server/cli/command_table.hpp"
#include "server/cli/commands.hpp"
#include "server/cli/completion/completion.hpp"
#include "server/cli/declarations/declarations.hpp"
#include "server/cli/local/audit.hpp"
#include "server/cli/local/databases.hpp"
#include "server/cli/local/key_reset.hpp"
#include "server/cli/local/rotate_key.hpp"
#include "server/cli/local/running.hpp"
#include "server/cli/openapi/from_openapi.hpp"
#include "server/cli/policy/policy.hpp"
#include "server/cli/remote/access_commands.hpp"
#include "server/cli/remote/accounts.hpp"
#include "server/cli/remote/approvals.hpp"
#include "server/cli/remote/audit_records.hpp"
#include "server/cli/remote/call.hpp"
#include "server/cli/remote/declare.hpp"
#include "server/cli/remote/keys.hpp"
#include "server/cli/remote/login.hpp"
#include "server/cli/remote/orders.hpp"
#include "server/cli/remote/people.hpp"
#include "server/cli/remote/policy_changes.hpp"
#include "server/cli/remote/receipts.hpp"
#include "server/cli/remote/servers.hpp"
#include "server/cli/remote/test_command.hpp"
#include "server/cli/remote/usage.hpp"
#include "server/cli/remote/webhooks.hpp"
#include "server/cli/usage_error.hpp"
#include "server/cli/verify/demo.hpp"
#include "server/cli/verify/verify.hpp"
#include "server/process/hardening.hpp"
#include "server/version.hpp"

namespace {

using namespace tollgate::server;

// A new group of commands is one line here. In this order they are in the help.
using commands = command_table<  //
    running_commands,            //
    check_commands,              //
    login_commands,              //
    access_commands,             //
    server_commands,             //
    call_command,                //
    account_commands,            //
    key_commands,                //
    usage_commands,              //
    database_commands,           //
    key_reset_command,           //
    rotate_key_command,          //
    audit_verify_command,        //
    audit_export_command,        //
    audit_record_commands,       //
    policy_commands,             //
    policy_change_commands,      //
    people_commands,             //
    approvals_commands,          //
    webhook_commands,            //
    receipts_commands,           //
    orders_commands,             //
    declarations_commands,       //
    test_command,                //
    declare_commands,            //
    from_openapi_command,        //
    connect_command,             //
    stdio_command,               //
    completion_command,          //
    verify_command,              //
    demo_command>;

void set_up_process() {
    protect_process();
    // Answers of some hundred kilobytes are allocated and freed with every call: keep their memory
    // instead of returning it to the system.
    mallopt(M_MMAP_THRESHOLD, 32 * 1024 * 1024);
    mallopt(M_TRIM_THRESHOLD, 64 * 1024 * 1024);
    std::signal(SIGPIPE, SIG_IGN);  // a client that disconnects is an error code, not a signal
}

}  // namespace

int main(int count, char** words) {
    set_up_process();
    CLI::App app{"Tollgate: an MCP gateway for Stripe", "tollgate"};
    app.require_subcommand(1);
    app.set_version_flag("--version", "tollgate " + std::string(version), "Print the version");
    commands all;
    all.add(app);
    const auto* const version_command = app.add_subcommand("version", "Print the version");
    const auto* const help = app.add_subcommand("help", "Print this text");
    const std::string top_help = app.help();
    if (count > 1 && words[1] == complete_word) {
        all.add_all_flags();
        std::cout << completions(app, {words + 2, words + count});
        return 0;
    }
    try {
        app.parse(count, words);
    } catch (const CLI::ParseError& error) {
        if (error.get_exit_code() == 0) return app.exit(error);  // --help and --version
        all.add_all_flags();
        std::cerr << usage_error(app, error, {words + 1, words + count});
        return 1;
    }
    if (const auto status = all.run()) return *status;
    if (*help) std::cout << top_help;
    if (*version_command) std::cout << "tollgate " << version << "\n";
    return 0;
}
