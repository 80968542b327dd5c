#include "stripe/sandbox/kernel/faults.hpp"

#include <algorithm>
#include <array>

namespace tollgate::sandbox {
namespace {

constexpr std::array statuses{401U, 403U, 404U, 409U, 424U, 429U, 500U, 502U, 503U};
// The codes that rules of a Stripe account answer with (docs.stripe.com/account/approvals).
constexpr std::string_view approval_required = "approval_required";
constexpr std::array<std::string_view, 2> codes{approval_required, "action_blocked"};
constexpr std::size_t waiting_max = 100;

api_error rule_error(const fault& planned) {
    api_error out;
    out.status = planned.status;
    out.code = planned.code;
    if (planned.code == approval_required) {
        out.more["approval_request"] = "areq_test_sandbox0001";
        out.message =
            "This action requires approval by a member of your team: areq_test_sandbox0001.";
    } else {
        out.message = "This action is blocked by a rule of your account.";
    }
    return out;
}

outcome<fault> read_fault(const json& in) {
    fault out;
    for (const auto& [key, value] : in.items()) {
        const bool number = value.is_number_integer();
        if (key == "status" && number)
            out.status = static_cast<unsigned>(value.get<std::int64_t>());
        else if (key == "times" && number)
            out.times = value.get<std::int64_t>();
        else if (key == "retry_after" && number)
            out.retry_after_s = value.get<std::int64_t>();
        else if (key == "reason" && value.is_string())
            out.reason = value.get<std::string>();
        else if (key == "code" && value.is_string())
            out.code = value.get<std::string>();
        else if (key == "method" && value.is_string())
            out.method = value.get<std::string>();
        else if (key == "path" && value.is_string())
            out.path_prefix = value.get<std::string>();
        else
            return bad_request("Invalid or unknown field: " + key, key);
    }
    if (std::find(statuses.begin(), statuses.end(), out.status) == statuses.end())
        return bad_request("status is one of 401, 403, 404, 409, 424, 429, 500, 502, 503",
                           "status");
    if (!out.code.empty() && std::find(codes.begin(), codes.end(), out.code) == codes.end())
        return bad_request("code is approval_required or action_blocked", "code");
    if (out.times < 1 || out.times > 1000) return bad_request("times is 1 to 1000", "times");
    if (out.retry_after_s > 3600) return bad_request("retry_after is 0 to 3600", "retry_after");
    const bool header_safe = std::all_of(out.reason.begin(), out.reason.end(),
                                         [](char c) { return (c >= 'a' && c <= 'z') || c == '-'; });
    if (!header_safe) return bad_request("reason is lower case letters and '-'", "reason");
    return out;
}

}  // namespace

outcome<bool> faults::plan(const std::string& body) {
    // The size limits the depth: a fault is flat and short.
    const auto parsed = body.size() <= 4096 ? json::parse(body, nullptr, false) : json();
    if (!parsed.is_object()) return bad_request("Send one JSON object of at most 4096 bytes.");
    auto read = read_fault(parsed);
    if (!read) return read.error();
    if (waiting_.size() >= waiting_max) return bad_request("100 failures wait already.");
    waiting_.push_back(std::move(*read));
    return true;
}

std::optional<fault> faults::next(std::string_view method, std::string_view path) {
    for (auto at = waiting_.begin(); at != waiting_.end(); ++at) {
        if (!at->method.empty() && at->method != method) continue;
        if (!at->path_prefix.empty() && !path.starts_with(at->path_prefix)) continue;
        auto out = *at;
        if (--at->times == 0) waiting_.erase(at);
        return out;
    }
    return std::nullopt;
}

api_error error_of(const fault& planned) {
    if (!planned.code.empty()) return rule_error(planned);
    api_error out;
    out.status = planned.status;
    switch (planned.status) {
        case 401:
            out.message = "Invalid API Key provided: rk_test_****";
            break;
        case 403:
            out.message =
                "The provided key 'rk_test_****' does not have the required permissions for this "
                "endpoint.";
            break;
        case 404:
            out.message = "No such object: planned failure";
            out.code = "resource_missing";
            break;
        case 409:
            out.type = "idempotency_error";
            out.code = "idempotency_key_in_use";
            out.message =
                "There is currently another in-progress request using this Idempotency Key.";
            break;
        case 424:
            out.message = "An external dependency failed.";
            break;
        case 429:
            // Without a reason it is an object lock, not a rate limit.
            out.code = planned.reason.empty() ? "lock_timeout" : "rate_limit";
            out.message = planned.reason.empty()
                              ? "This object cannot be accessed right now because another API "
                                "request is currently accessing it."
                              : "Request rate limit exceeded. Learn more about rate limits here "
                                "https://stripe.com/docs/rate-limits.";
            break;
        default:
            out.type = "api_error";
            out.message = "An unknown error occurred.";
            break;
    }
    return out;
}

}  // namespace tollgate::sandbox
