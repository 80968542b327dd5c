#include "stripe/sandbox/kernel/auth.hpp"

#include <algorithm>

#include "base/crypto.hpp"
#include "stripe/catalog/permissions.hpp"

namespace tollgate::sandbox {
namespace {

constexpr std::string_view readonly_prefix = "rk_test_sandbox_readonly";
constexpr std::string_view chosen_prefix = "rk_test_sandbox_only__";

api_error unauthorized(std::string message) {
    auto error = bad_request(std::move(message));
    error.status = 401;
    return error;
}

// Whether `held`, "charge_read__customer_write__any_name", allows `access` in `area`.
bool allows(std::string_view held, std::string_view area, tenancy::key_access access) {
    constexpr std::string_view separator = "__";
    bool out = false;
    while (!held.empty() && !out) {
        const auto one = held.substr(0, held.find(separator));
        held.remove_prefix(std::min(held.size(), one.size() + separator.size()));
        const bool writes = one.ends_with("_write");
        if (!writes && !one.ends_with("_read")) continue;
        const auto granted = one.substr(0, one.rfind('_'));
        const auto also = stripe::implied_reads(granted);
        const bool read =
            granted == area || std::find(also.begin(), also.end(), area) != also.end();
        out = access == tenancy::key_access::read ? read : writes && granted == area;
    }
    return out;
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

outcome<bool> check_permission(std::string_view key, const stripe::operation& called,
                               std::string_view account) {
    const auto area = stripe::permission_area(called);
    const auto access = stripe::permission_access(called);
    const bool writes = called.method() != stripe::http_method::get;
    bool may = true;
    if (key.starts_with(readonly_prefix)) may = !writes;
    if (key.starts_with(chosen_prefix))
        may = allows(key.substr(chosen_prefix.size()), area, access);
    if (may) return true;
    std::string message =
        "The provided key '" + mask(key) +
        "' does not have the required permissions for this endpoint on account '" +
        std::string(account) + "'.";
    // Stripe does not always name a permission; here, it names none for v2.
    const std::string_view suffix = access == tenancy::key_access::read ? "_read" : "_write";
    if (!area.empty())
        message += " Having the 'rak_" + area + std::string(suffix) +
                   "' permission would allow this request to continue.";
    auto error = bad_request(std::move(message));
    error.status = 403;
    return error;
}

}  // namespace tollgate::sandbox
