#include "server/cli/gateway/mcp_call.hpp"

#include <simdjson.h>

#include "base/json_text.hpp"
#include "base/url.hpp"
#include "server/cli/gateway/answer_lost.hpp"
#include "server/cli/gateway/http_call.hpp"
#include "server/cli/text/answer_lines.hpp"
#include "server/version.hpp"

namespace tollgate::server {

namespace {

using base::errc;
using base::fail;
using base::result;

constexpr std::string_view revision = "2026-07-28";

// {…params,"_meta":{…}}
std::string with_meta(std::string_view params) {
    std::string client = "{";
    base::json_members{client}.text("name", "tollgate").text("version", version);
    std::string meta = "{";
    base::json_members{meta}
        .text("io.modelcontextprotocol/protocolVersion", revision)
        .raw("io.modelcontextprotocol/clientInfo", client + '}')
        .raw("io.modelcontextprotocol/clientCapabilities", "{}");
    std::string out{params.substr(0, params.rfind('}'))};
    out += out.size() > 1 ? ",\"_meta\":" : "\"_meta\":";
    return out + meta + "}}";
}

base::failure refused(const http_answer& answer) {
    const auto problem = member_of(answer.body, "detail");
    const auto error = member_of(rpc_answer(answer.body), "error");
    const bool refusal = answer.status >= 400 && answer.status < 500;
    if (problem.empty() && error.empty() && !refusal)
        return fail(errc::unavailable, std::string{answer_lost},
                    "the MCP server answered " + std::to_string(answer.status) +
                        " without a result: it may have been done");
    auto sentence = problem.empty() ? member_of(error, "message") : problem;
    if (sentence.empty()) sentence = "it answered " + std::to_string(answer.status);
    sentence = "the MCP server: " + without_controls(sentence);
    const auto kind = answer.status == 404   ? errc::not_found
                      : answer.status == 401 ? errc::unauthorized
                      : answer.status == 403 ? errc::forbidden
                                             : errc::invalid_argument;
    return fail(kind, "mcp_refused", sentence);
}

bool is_answer(std::string_view message) {
    return !member_of(message, "result").empty() || !member_of(message, "error").empty();
}

}  // namespace

std::string rpc_answer(std::string_view body) {
    if (is_answer(body)) return std::string{body};
    std::string found;
    std::string data;
    while (!body.empty()) {
        const auto end = std::min(body.find('\n'), body.size());
        auto line = body.substr(0, end);
        body.remove_prefix(std::min(end + 1, body.size()));
        if (line.ends_with('\r')) line.remove_suffix(1);
        if (line.starts_with("data:")) {
            line.remove_prefix(line.starts_with("data: ") ? 6 : 5);
            data += line;
        }
        if (!line.empty() && !body.empty()) continue;
        if (is_answer(data)) found = data;
        data.clear();
    }
    return found;
}

result<> check_is_url(std::string_view text) {
    if (base::split_url(text)) return {};
    return base::invalid("bad_address",
                         "this is no URL: give the whole MCP URL (https://…/mcp/tgm_…), which was "
                         "shown when it was made");
}

result<std::string> call_mcp(const std::string& url, std::string_view method,
                             std::string_view params, const std::string& name,
                             const base::secret& key) {
    const auto complete = check_is_url(url);
    if (!complete) return complete.error();
    const auto to = http_caller::make(url);
    if (!to) return base::invalid(to.error().code, "the MCP URL " + to.error().message);
    http_ask ask{"POST", {}, {}, "{"};
    base::json_members{ask.body}
        .text("jsonrpc", "2.0")
        .number("id", 1)
        .text("method", method)
        .raw("params", with_meta(params));
    ask.body += '}';
    ask.headers = {{"Content-Type", "application/json"},
                   {"Accept", "application/json, text/event-stream"},
                   {"MCP-Protocol-Version", std::string{revision}},
                   {"Mcp-Method", std::string{method}}};
    if (!name.empty()) ask.headers.emplace_back("Mcp-Name", name);
    if (!key.empty())
        ask.headers.emplace_back("Authorization", "Bearer " + std::string{key.reveal()});
    const auto answer = to->call(ask);
    if (!answer) return answer.error();
    const auto message = rpc_answer(answer->body);
    auto found = member_of(message, "result");
    if (!found.empty()) return found;
    const auto error = member_of(message, "error");
    if (answer->status != 200 || error.empty()) return refused(*answer);
    return fail(errc::invalid_argument, "rpc_error",
                "the MCP server: " + without_controls(member_of(error, "message")));
}

}  // namespace tollgate::server
