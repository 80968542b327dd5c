#include "mcp/tools/result_writer.hpp"

#include "base/json_text.hpp"
#include "mcp/json_rpc/reply.hpp"

namespace tollgate::mcp {

void append_call_result(std::string& out, const tool_result& result, bool structured,
                        std::string_view server_info_json) {
    const bool twice = structured && result.text_is_json_object && !result.is_error;
    out.reserve(out.size() + result.text.size() * (twice ? 3 : 2) + result.attachment.size() +
                result.meta.size() + 512);
    out += R"({"content":[)";
    if (result.has_text) {
        out += R"({"type":"text","text":")";
        base::append_json_escaped(out, result.text);
        out += R"("})";
    }
    if (!result.attachment.empty()) {
        if (result.has_text) out += ',';
        out += result.attachment;
    }
    out += R"(],"isError":)";
    out += result.is_error ? "true" : "false";
    if (twice) {
        out += R"(,"structuredContent":)";
        out += result.text;
    }
    const bool modern = !server_info_json.empty();
    if (modern) out += R"(,"resultType":"complete")";
    if (modern || !result.meta.empty()) {
        out += R"(,"_meta":{)";
        out += result.meta;
        if (modern) {
            if (!result.meta.empty()) out += ',';
            out += R"("io.modelcontextprotocol/serverInfo":)";
            out += server_info_json;
        }
        out += '}';
    }
    out += '}';
}

void write_call_result(std::string& out, std::string_view id_json, const tool_result& result,
                       bool structured, std::string_view server_info_json) {
    open_result(out, id_json);
    append_call_result(out, result, structured, server_info_json);
    out += '}';
}

}  // namespace tollgate::mcp
