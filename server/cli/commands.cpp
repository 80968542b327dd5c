#include "server/cli/commands.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>

#include <cstdio>
#include <iostream>

#include "base/yaml_reader.hpp"
#include "server/app/app.hpp"
#include "server/app/ports_file.hpp"
#include "server/app/sandbox_host.hpp"
#include "server/config/load.hpp"
#include "server/log/json_log.hpp"
#include "server/process/bind.hpp"
#include "server/process/hardening.hpp"

namespace tollgate::server {

namespace {

void greet(const start_report& report) {
    std::cout << "Tollgate listens on " << report.mcp_address;
    if (report.admin_address != report.mcp_address)
        std::cout << ", the admin API on " << report.admin_address;
    if (report.base_url.empty()) {
        std::cout << "\nBase URL: unknown, because it listens on every address. Set "
                     "server.public_url to the address\nthat clients use; until then, an MCP URL "
                     "begins with the address its admin request came by.\n";
    } else {
        std::cout << "\nBase URL: " << report.base_url << "\n";
    }
    if (!report.sandbox_address.empty())
        std::cout << "Stripe: the built-in sandbox on " << report.sandbox_address
                  << " (test data only)\n";
    for (const auto& file : report.created_files)
        std::cout << "Created the key file " << file << "\n";
    if (!report.created_files.empty())
        std::cout
            << "Back the key files up, apart from the database: without master.key the stored "
               "Stripe keys are lost,\nwithout pepper.key no MCP URL and no API key works.\n";
    if (!report.first_api_key_file.empty())
        std::cout << "The first API key is in " << report.first_api_key_file
                  << ": take it from there and remove the file\n";
    if (!report.first_api_key.empty())
        std::cout << "API key (shown once): " << report.first_api_key << "\n";
    std::cout << std::flush;
}

}  // namespace

int complain(const std::string& sentence) {
    std::cerr << "tollgate: " << sentence << "\n";
    return 1;
}

int run_serve(const config& value) {
    return serve_instead(value, {});
}

int serve_instead(const config& value, substitutes instead) {
    try {
        const auto log = make_json_log({value.log.level, value.log.file});
        const auto gateway = make_app(value, *log, instead);
        const auto started = gateway->start();
        if (!started) return complain(started.error().message);
        warn_of_root(*log);
        for (const std::string& name : value.ignored_variables)
            log->warning("variable_ignored", {{"variable", name}});
        greet(*started);
        // Written last: a program that waits for this file may then read the key above, send
        // requests, or SIGTERM.
        const auto written = write_ports_file(value.server.ports_file, *started);
        if (!written) return complain(written.error().message);
        gateway->wait();
        return 0;
    } catch (const std::exception& error) {
        return complain(error.what());
    }
}

int run_sandbox(const config& value) {
    try {
        const auto log = make_json_log({value.log.level, value.log.file});
        const auto address = resolve_address(value.sandbox.listen, "sandbox.listen");
        if (!address) return complain(address.error().message);
        const auto free = check_free(*address, "sandbox.listen");
        if (!free) return complain(free.error().message);
        boost::asio::io_context io;
        boost::asio::signal_set stop{io, SIGTERM, SIGINT};
        const base::system_clock clock;
        const connection_options options;
        sandbox::options with;
        with.strict = value.sandbox.strict;
        const auto host = start_sandbox(*address, options, with, clock, *log);
        start_report report;
        report.sandbox_address = host->address();
        const auto written = write_ports_file(value.server.ports_file, report);
        if (!written) return complain(written.error().message);
        std::cout << "The sandbox listens on http://" << report.sandbox_address
                  << "\nAny key that begins with rk_test_sandbox works. State is in memory.\n"
                  << std::flush;
        stop.async_wait([](boost::system::error_code, int) {});
        io.run();
        return 0;
    } catch (const std::exception& error) {
        return complain(error.what());
    }
}

int run_config_print(const config& value, bool json) {
    const auto text = print_config(value);
    if (!json) {
        std::cout << text;
        return 0;
    }
    const auto tree = base::read_yaml_tree(text, "settings");
    if (!tree) return complain(tree.error().message);
    std::cout << base::json_of(*tree) << '\n';
    return 0;
}

}  // namespace tollgate::server
