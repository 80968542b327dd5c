#include "server/cli/remote/audit_records.hpp"

#include <CLI/CLI.hpp>

#include <array>

#include "base/url.hpp"
#include "server/cli/argument_checks.hpp"

namespace tollgate::server {

namespace {

using base::result;

constexpr std::string_view audit_records_root = "/audit";
constexpr unsigned all_of_one_call = 100;

// A filter of the list: its flag, the parameter of GET /audit, and what it is.
struct list_filter {
    const char* flag;
    const char* parameter;
    const char* help;
};

constexpr std::array filters{
    list_filter{"--kind", "kind", "call, write_intended, write_finished, admin_finished, …"},
    list_filter{"--actor", "actor", "key_… or tok_…"},
    list_filter{"--server", "mcp_server_id", "mcp_…"},
    list_filter{"--tool", "tool", "The tool that was called"},
    list_filter{"--decision", "decision", "allowed, refused or needs_approval"},
    list_filter{"--rule", "rule", "What refused it"},
    list_filter{"--object", "object_id", "The id of the object at Stripe"},
    list_filter{"--from", "recorded_from", "2026-11-01T00:00:00Z"},
    list_filter{"--before", "recorded_before", "2026-12-01T00:00:00Z"},
    list_filter{"--team", "team_id", "For an instance owner: another team, or installation"},
};

const std::vector<const char*> columns{"id",       "time",   "kind", "actor",
                                       "decision", "action", "tool", "rule"};

}  // namespace

void audit_record_commands::add(CLI::App& app) {
    auto* const group = command_group(app, "audit", audit_group_help);
    filter_.resize(filters.size());
    auto* const listing = group_.add(*group, "list", "List records, newest first, one a line",
                                     [this](const admin_client& gateway) { return list(gateway); });
    for (std::size_t i = 0; i < filters.size(); ++i)
        listing->add_option(filters.at(i).flag, filter_.at(i), filters.at(i).help);
    listing->add_option("--limit", limit_, "How many at most; default: 100")->check(whole_number());
    group_
        .add(*group, "show", "List the records of one request or of one receipt",
             [this](const admin_client& gateway) { return show(gateway); })
        ->add_option("ID", id_, "The id of a request (X-Request-Id), or rcp_…")
        ->required();
}

result<int> audit_record_commands::list(const admin_client& gateway) const {
    std::string path{audit_records_root};
    for (std::size_t i = 0; i < filters.size(); ++i)
        if (!filter_.at(i).empty())
            base::append_query(path, filters.at(i).parameter, filter_.at(i));
    return group_.list_all(gateway, path, columns, limit_);
}

result<int> audit_record_commands::show(const admin_client& gateway) const {
    std::string path{audit_records_root};
    base::append_query(path, id_.starts_with("rcp_") ? "receipt_id" : "request_id", id_);
    return group_.list_all(gateway, path, columns, all_of_one_call);
}

}  // namespace tollgate::server
