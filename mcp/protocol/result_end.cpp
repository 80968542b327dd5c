#include "mcp/protocol/result_end.hpp"

#include "base/json_text.hpp"

namespace tollgate::mcp {

namespace {

std::string_view type_of(result_kind kind) {
    if (kind == result_kind::input_required) return "input_required";
    return kind == result_kind::task ? "task" : "complete";
}

}  // namespace

void append_result_end(std::string& out, result_kind kind, std::string_view server_info_json,
                       std::int64_t ttl_ms) {
    base::json_members members{out};
    members.text("resultType", type_of(kind));
    if (kind == result_kind::cacheable)
        members.number("ttlMs", ttl_ms).text("cacheScope", "private");
    std::string meta = R"({"io.modelcontextprotocol/serverInfo":)";
    meta += server_info_json;
    meta += '}';
    members.raw("_meta", meta);
}

}  // namespace tollgate::mcp
