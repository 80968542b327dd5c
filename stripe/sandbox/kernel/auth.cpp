#include "stripe/sandbox/kernel/auth.hpp"

#include "base/crypto.hpp"

namespace tollgate::sandbox {
namespace {

constexpr std::string_view readonly_prefix = "rk_test_sandbox_readonly";

api_error unauthorized(std::string message) {
    auto error = bad_request(std::move(message));
    error.status = 401;
    return error;
}

// "/v1/charges/ch_1/refunds" as "charge": what Stripe's permission for it is called.
std::string permission_of(std::string_view path) {
    path.remove_prefix(std::min<std::size_t>(path.size(), 4));
    std::string name(path.substr(0, path.find('/')));
    if (name == "refunds") return "charge";
    if (name == "checkout") return "checkout_session";
    if (name.ends_with('s')) name.pop_back();
    return name;
}

}  // namespace

std::string key_of(const base::http_request& request) {
    const auto header = request.header("Authorization");
    const auto space = header.find(' ');
    if (space == std::string_view::npos) return {};
    const auto scheme = header.substr(0, space);
    const auto value = header.substr(space + 1);
    if (base::equal_ignore_case(scheme, "Bearer")) return std::string(value);
    if (!base::equal_ignore_case(scheme, "Basic")) return {};
    const auto decoded = base::from_base64(value);
    return decoded ? decoded->substr(0, decoded->find(':')) : std::string{};
}

std::string mask(std::string_view key) {
    std::string_view prefix;
    for (const std::string_view each : {"sk_test_", "rk_test_", "sk_live_", "rk_live_"})
        if (key.starts_with(each)) prefix = each;
    const auto secret = key.substr(prefix.size());
    if (secret.size() <= 4) return std::string(prefix) + std::string(4, '*');
    return std::string(prefix) + std::string(secret.size() - 4, '*') +
           std::string(secret.substr(secret.size() - 4));
}

outcome<bool> check_key(std::string_view key, std::string_view configured) {
    if (key.empty())
        return unauthorized(
            "You did not provide an API key. You need to provide your API key in the Authorization "
            "header, using Bearer auth (e.g. 'Authorization: Bearer YOUR_SECRET_KEY'). See "
            "https://stripe.com/docs/api#authentication for details, or we can help at "
            "https://support.stripe.com/.");
    if (key.starts_with("sk_live_") || key.starts_with("rk_live_"))
        return unauthorized("Invalid API Key provided: " + mask(key) +
                            ". This is a sandbox: never send a live key here.");
    const bool known = (!configured.empty() && base::equal_constant_time(key, configured)) ||
                       key.starts_with("sk_test_sandbox") || key.starts_with("rk_test_sandbox");
    if (known) return true;
    return unauthorized("Invalid API Key provided: " + mask(key));
}

outcome<bool> check_permission(std::string_view key, std::string_view method, std::string_view path,
                               std::string_view account) {
    if (!key.starts_with(readonly_prefix) || method == "GET") return true;
    const auto permission = "rak_" + permission_of(path) + "_write";
    auto error = bad_request("The provided key '" + mask(key) +
                             "' does not have the required permissions for this endpoint on "
                             "account '" +
                             std::string(account) + "'. Having the '" + permission +
                             "' permission would allow this request to continue.");
    error.status = 403;
    return error;
}

}  // namespace tollgate::sandbox
