#include "server/pipeline/problem.hpp"

#include "base/http_status.hpp"
#include "base/json_text.hpp"

namespace tollgate::server {

base::http_response problem(unsigned status, std::string_view code, std::string_view detail,
                            std::string_view request_id) {
    base::http_response out;
    out.status = status;
    out.content_type = "application/problem+json";
    out.body = "{";
    base::json_members members{out.body};
    members.text("type", "urn:tollgate:problem:" + std::string(code))
        .text("title", base::reason_phrase(status))
        .number("status", status)
        .text("code", code)
        .text("detail", detail);
    if (!request_id.empty()) members.text("request_id", request_id);
    out.body += '}';
    if (status == 503) out.headers.emplace_back("Retry-After", "1");
    return out;
}

}  // namespace tollgate::server
