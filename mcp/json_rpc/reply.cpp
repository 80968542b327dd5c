#include "mcp/json_rpc/reply.hpp"

#include "base/json_text.hpp"

namespace tollgate::mcp {

namespace {

void open_envelope(std::string& out, std::string_view id_json) {
    out += R"({"jsonrpc":"2.0","id":)";
    out += id_json;
}

}  // namespace

void open_result(std::string& out, std::string_view id_json) {
    open_envelope(out, id_json);
    out += R"(,"result":)";
}

base::http_response result_reply(std::string_view id_json, std::string_view result_json) {
    base::http_response reply;
    reply.body.reserve(id_json.size() + result_json.size() + 64);
    open_result(reply.body, id_json);
    reply.body += result_json;
    reply.body += '}';
    return reply;
}

base::http_response error_reply(unsigned status, std::string_view id_json, const rpc_error& error) {
    base::http_response reply;
    reply.status = status;
    open_envelope(reply.body, id_json);
    reply.body += R"(,"error":{)";
    base::json_members members{reply.body};
    members.number("code", error.code).text("message", error.message);
    if (!error.data.empty()) members.raw("data", error.data);
    reply.body += "}}";
    return reply;
}

base::http_response accepted_reply() {
    base::http_response reply;
    reply.status = 202;
    reply.content_type = {};
    return reply;
}

}  // namespace tollgate::mcp
