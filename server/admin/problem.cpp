#include "server/admin/problem.hpp"

#include <array>
#include <string_view>
#include <utility>

#include "base/http_status.hpp"

namespace tollgate::admin {

namespace {

using base::errc;

bool is_fault(errc kind) {
    return kind == errc::internal || kind == errc::corrupt;
}

// After how many seconds a caller that came too often may come again; 0 for any other failure.
unsigned seconds_to_wait(const base::failure& failure) {
    constexpr std::array<std::pair<std::string_view, unsigned>, 5> limits{
        {{"verify_too_often", 30},
         {"too_many_sign_ins", 60},
         {"read_too_often", 3},
         {"rate_limited", 10},
         {"stripe_rate_limited", 10}}};
    for (const auto& [code, seconds] : limits)
        if (failure.code == code) return seconds;
    return 0;
}

}  // namespace

unsigned status_of(const base::failure& failure) {
    // Failures of the HTTP exchange itself have their own status codes.
    if (failure.code == "method_not_allowed") return 405;
    if (failure.code == "body_too_large") return 413;
    if (failure.code == "unsupported_media_type") return 415;
    if (failure.code == "idempotency_key_reused") return 422;
    if (seconds_to_wait(failure) != 0) return 429;
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
    if (out.status == 429)
        out.headers.emplace_back("Retry-After", std::to_string(seconds_to_wait(failure)));
    return out;
}

}  // namespace tollgate::admin
