#include "server/admin/problem.hpp"

#include "base/http_status.hpp"

namespace tollgate::admin {

namespace {

using base::errc;

bool is_fault(errc kind) {
    return kind == errc::internal || kind == errc::corrupt;
}

}  // namespace

unsigned status_of(const base::failure& failure) {
    // Failures of the HTTP exchange itself have their own status codes.
    if (failure.code == "method_not_allowed") return 405;
    if (failure.code == "body_too_large") return 413;
    if (failure.code == "unsupported_media_type") return 415;
    if (failure.code == "idempotency_key_reused") return 422;
    if (failure.code == "verify_too_often" || failure.code == "too_many_sign_ins") return 429;
    switch (failure.kind) {
        case errc::invalid_argument:
            return 400;
        case errc::unauthorized:
            return 401;
        case errc::forbidden:
            return 403;
        case errc::not_found:
            return 404;
        case errc::conflict:
        case errc::limit_exceeded:
            return 409;
        case errc::unavailable:
        case errc::cancelled:
            return 503;
        case errc::deadline_exceeded:
            return 504;
        case errc::corrupt:
        case errc::internal:
            break;
    }
    return 500;
}

base::http_response problem_response(const base::failure& failure, std::string_view request_id) {
    base::http_response out;
    out.status = status_of(failure);
    out.content_type = "application/problem+json";
    const bool fault = is_fault(failure.kind);
    const std::string_view detail =
        fault ? "a fault of the gateway; its operator finds the reason in the log under this "
                "request id"
              : std::string_view{failure.message};
    out.body = encode_problem(out.status, base::reason_phrase(out.status),
                              fault ? "internal" : failure.code, detail,
                              fault ? std::string_view{} : failure.field, request_id);
    out.headers.emplace_back("Cache-Control", "no-store");
    if (out.status == 503) out.headers.emplace_back("Retry-After", "1");
    // The limits allow one to six a minute.
    if (out.status == 429)
        out.headers.emplace_back("Retry-After", failure.code == "verify_too_often" ? "30" : "60");
    return out;
}

}  // namespace tollgate::admin
