#include "stripe/request/mode_rules.hpp"

#include <string>
#include <string_view>

namespace tollgate::stripe {

namespace {

bool has(const given_arguments& given, std::string_view name) {
    const auto value = given.find(name);
    return value && !value->is_null();
}

}  // namespace

std::optional<base::failure> missing_for_mode(const given_arguments& given) {
    if (given.called().tool_name() != "create_a_stripe_checkout_session") return {};
    const auto mode = given.text("mode").value_or(std::string_view{});
    const bool sells = mode == "payment" || mode == "subscription";
    const auto page = given.text("ui_mode").value_or(std::string_view{});
    const bool hosted = page.empty() || page == "hosted" || page == "hosted_page";
    const bool items = sells && !has(given, "line_items");
    const bool address = !mode.empty() && hosted && !has(given, "success_url");
    if (!items && !address) return {};
    std::string message = items && address
                              ? "missing required arguments 'line_items', 'success_url'"
                          : items ? "missing required argument 'line_items'"
                                  : "missing required argument 'success_url'";
    if (items) message += "; mode '" + std::string(mode) + "' sells something: say what";
    if (address) message += "; Stripe's own page needs the address people return to";
    return base::invalid("missing_argument", std::move(message),
                         items ? "line_items" : "success_url");
}

}  // namespace tollgate::stripe
