// The records of the audit log, searched.
#include <optional>
#include <utility>

#include "base/body_source.hpp"
#include "server/admin/handlers.hpp"
#include "server/admin/list_page.hpp"
#include "server/admin/response_codec.hpp"
#include "server/admin/search_query.hpp"
#include "tenancy/audit/audit_event.hpp"
#include "tenancy/audit/audit_trail.hpp"
#include "tenancy/secrets/vault.hpp"

namespace tollgate::admin {

namespace {

using base::result;

// The entry as in the log, preceded by its position, which is null if it has none yet.
std::string shown(const storage::audit_row& row) {
    std::string out = R"({"position":)";
    out += row.position ? std::to_string(*row.position) : "null";
    out += ',';
    return out += std::string_view{row.entry}.substr(1);
}

result<storage::audit_search> search_of(const query_values& query) {
    storage::audit_search out;
    search_query read{query};
    read.text("kind", out.kind);
    read.text("actor", out.actor);
    read.text("mcp_server_id", out.server_id);
    read.text("tool", out.tool);
    read.text("decision", out.decision);
    read.text("rule", out.rule);
    read.text("object_id", out.object_id);
    read.text("request_id", out.request_id);
    read.text("receipt_id", out.receipt_id);
    read.time("recorded_from", out.from);
    read.time("recorded_before", out.before);
    if (read.failure()) return *read.failure();
    return out;
}

// The log to read: the caller's own, or, for an instance owner, any other.
result<std::string> log_of(const call& in, const query_values& query) {
    std::string wanted;
    search_query{query}.text("team_id", wanted);
    if (wanted.empty() || wanted == in.by->team_id) return in.by->team_id;
    if (in.by->instance_owner) return wanted;
    return base::fail(base::errc::not_found, "not_found", "no such team");
}

constexpr std::string_view lines_type = "application/x-ndjson";

}  // namespace

answer list_audit(const call& in) {
    const auto query =
        parse_query(in.request.query, {"kind", "actor", "mcp_server_id", "tool", "decision", "rule",
                                       "object_id", "request_id", "receipt_id", "recorded_from",
                                       "recorded_before", "team_id", "limit", "cursor"});
    if (!query) co_return query.error();
    auto what = search_of(*query);
    if (!what) co_return what.error();
    const auto team = log_of(in, *query);
    if (!team) co_return team.error();
    cursor_scope scope{in.tenancy.secrets(), *team, in.request.path};
    const auto page = read_page(std::move(scope), *query);
    if (!page) co_return page.error();
    auto rows = co_await in.tenancy.audit().list(*team, std::move(*what), page->where);
    if (!rows) co_return rows.error();
    std::string next;
    if (cut_page(*rows, page->where))
        next = make_cursor(page->scope, rows->back().recorded_at, rows->back().id);
    std::vector<std::string> items;
    for (const auto& row : *rows) items.push_back(shown(row));
    co_return json_response(200, encode_list(items, next));
}

answer export_audit(const call& in) {
    const auto query =
        parse_query(in.request.query,
                    {"kind", "actor", "mcp_server_id", "tool", "decision", "rule", "object_id",
                     "request_id", "receipt_id", "recorded_from", "recorded_before", "team_id"});
    if (!query) co_return query.error();
    auto what = search_of(*query);
    if (!what) co_return what.error();
    auto team = log_of(in, *query);
    if (!team) co_return team.error();
    base::http_response out;
    out.content_type = lines_type;
    out.headers.emplace_back("Content-Disposition", "attachment; filename=\"audit.jsonl\"");
    out.source = in.tenancy.audit().lines(std::move(*team), std::move(*what));
    // Read here, so that a failure of the store is a 503.
    auto first = co_await out.source->next();
    if (!first) co_return first.error();
    if (!*first) out.source.reset();
    out.body = std::move(*first).value_or("");
    co_return out;
}

}  // namespace tollgate::admin
