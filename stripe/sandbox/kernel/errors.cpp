#include "stripe/sandbox/kernel/errors.hpp"

#include <algorithm>
#include <stdexcept>

namespace tollgate::sandbox {

void throw_exception_from_error(const api_error& error, const boost::source_location&) {
    throw std::logic_error("unchecked error: " + error.message);
}

api_error bad_request(std::string message, std::string param, std::string code) {
    api_error error;
    error.message = std::move(message);
    error.param = std::move(param);
    error.code = std::move(code);
    return error;
}

api_error missing_param(std::string_view param) {
    return bad_request("Missing required param: " + std::string(param) + ".", std::string(param),
                       "parameter_missing");
}

api_error no_such(std::string_view object, std::string_view id, std::string_view param,
                  bool in_path) {
    // The names of objects in Stripe's messages.
    std::string called(object);
    if (object == "balance_transaction") called = "balance transaction";
    auto error = bad_request("No such " + called + ": '" + std::string(id) + "'",
                             std::string(param), "resource_missing");
    error.status = in_path ? 404 : 400;
    return error;
}

json error_body(const api_error& error, std::string_view request_id) {
    json inner = json::object();
    if (!error.code.empty()) inner["code"] = error.code;
    for (const auto& [key, value] : error.more.items()) inner[key] = value;
    if (!error.code.empty() && error.code != "sandbox_not_supported") {
        auto page = error.code;
        std::replace(page.begin(), page.end(), '_', '-');
        inner["doc_url"] = "https://stripe.com/docs/error-codes/" + page;
    }
    inner["message"] = error.message;
    if (!error.param.empty()) inner["param"] = error.param;
    inner["request_log_url"] = "https://dashboard.stripe.com/test/logs/" + std::string(request_id);
    inner["type"] = error.type;
    return json{{"error", std::move(inner)}};
}

}  // namespace tollgate::sandbox
