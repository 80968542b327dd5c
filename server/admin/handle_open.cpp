// The sessions and streams that are open at an MCP server, and the end of one session.
#include <cstddef>
#include <utility>

#include "base/json_text.hpp"
#include "server/admin/handlers.hpp"
#include "server/admin/open_now.hpp"
#include "tenancy/admin/servers.hpp"

namespace tollgate::admin {

namespace {

std::string open_session_json(const open_session& one) {
    std::string out = "{";
    base::json_members{out}
        .text("id", one.name)
        .text("revision", one.revision)
        .text("client", one.client)
        .text("title", one.title)
        .text("began_at", base::format_timestamp(one.began_at))
        .text("last_used_at", base::format_timestamp(one.last_used_at));
    return out + '}';
}

std::string open_stream_json(const open_stream& one) {
    std::string out = "{";
    base::json_members{out}
        .text("kind", one.kind)
        .text("opened_at", base::format_timestamp(one.opened_at));
    return out + '}';
}

// {"total", "result"}
template <typename One, typename Encode>
std::string shown_of(std::size_t total, const std::vector<One>& newest, Encode encode) {
    std::string list;
    for (const One& one : newest) list += (list.empty() ? "" : ",") + encode(one);
    std::string out = "{";
    base::json_members{out}
        .number("total", static_cast<std::int64_t>(total))
        .raw("result", '[' + list + ']');
    return out + '}';
}

// Which instances the answer is about.
std::string_view coverage_of(const open_at_server& open) {
    if (open.running == 0) return "this_instance";
    return open.answered.size() >= open.running ? "all_instances" : "some_instances";
}

std::string instances_json(const open_at_server& open) {
    std::string answered;
    for (const auto& one : open.answered) {
        if (!answered.empty()) answered += ',';
        base::append_json_string(answered, one);
    }
    std::string out = "{";
    base::json_members members{out};
    if (open.running == 0)
        members.raw("running", "null");
    else
        members.number("running", static_cast<std::int64_t>(open.running));
    members.raw("answered", '[' + answered + ']');
    return out + '}';
}

base::failure not_told() {
    return base::fail(base::errc::unavailable, "not_available",
                      "this gateway cannot tell what is open");
}

}  // namespace

answer list_open(const call& in) {
    const auto server = co_await in.tenancy.servers().get(in.by->team_id, in.id(0), in.id(1));
    if (!server) co_return server.error();
    if (in.open == nullptr) co_return not_told();
    open_at_server open = co_await in.open->of_server(server->id);
    // Nothing is accepted with a session of a server that has ended.
    if (server->status != tenancy::server_status::active) {
        open.session_count = 0;
        open.sessions.clear();
    }
    std::string out = "{";
    base::json_members{out}
        .text("covers", coverage_of(open))
        .raw("instances", instances_json(open))
        .raw("sessions", shown_of(open.session_count, open.sessions, open_session_json))
        .raw("streams", shown_of(open.stream_count, open.streams, open_stream_json));
    co_return json_response(200, out + '}');
}

answer end_open_session(const call& in) {
    const auto server = co_await in.tenancy.servers().get(in.by->team_id, in.id(0), in.id(1));
    if (!server) co_return server.error();
    if (in.open == nullptr) co_return not_told();
    const bool ended = co_await in.open->end_session(server->id, in.id(2));
    if (!ended)
        co_return base::fail(
            base::errc::not_found, "not_found",
            "no instance that could be asked has seen an open session with that id; an instance "
            "that did not answer may have: try again, or suspend the MCP server, which holds at "
            "every instance");
    co_return no_content();
}

}  // namespace tollgate::admin
