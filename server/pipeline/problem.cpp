#include "server/pipeline/problem.hpp"

#include "base/json_text.hpp"
#include "server/http/write.hpp"

namespace tollgate::server {

base::http_response problem(unsigned status, std::string_view code, std::string_view detail,
                            std::string_view request_id) {
    base::http_response out;
    out.status = status;
    out.content_type = "application/problem+json";
    out.body = "{";
    base::json_members members{out.body};
    members.text("type", "about:blank")
        .text("title", reason_phrase(status))
        .number("status", status)
        .text("code", code)
        .text("detail", detail);
    if (!request_id.empty()) members.text("request_id", request_id);
    out.body += '}';
    if (status == 503) out.headers.emplace_back("Retry-After", "1");
    return out;
}

unsigned status_of(base::errc kind) {
    switch (kind) {
        case base::errc::invalid_argument:
            return 400;
        case base::errc::not_found:
            return 404;
        case base::errc::conflict:
            return 409;
        case base::errc::unauthorized:
            return 401;
        case base::errc::forbidden:
            return 403;
        case base::errc::limit_exceeded:
            return 503;
        case base::errc::unavailable:
            return 503;
        case base::errc::deadline_exceeded:
            return 504;
        case base::errc::cancelled:
            return 503;
        case base::errc::corrupt:
            return 500;
        case base::errc::internal:
            return 500;
    }
    return 500;
}

}  // namespace tollgate::server
