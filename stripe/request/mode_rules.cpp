#include "stripe/request/mode_rules.hpp"

#include <string>
#include <string_view>

namespace tollgate::stripe {

namespace {

using simdjson::dom::object;

std::string_view text_of(object from, std::string_view name) {
    std::string_view out;
    return from.at_key(name).get(out) == simdjson::SUCCESS ? out : std::string_view{};
}

bool has(object from, std::string_view name) {
    simdjson::dom::element value;
    return from.at_key(name).get(value) == simdjson::SUCCESS && !value.is_null();
}

}  // namespace

std::optional<base::failure> missing_for_mode(const operation& called, object arguments) {
    if (called.tool_name() != "create_a_stripe_checkout_session") return {};
    const auto mode = text_of(arguments, "mode");
    const bool sells = mode == "payment" || mode == "subscription";
    const auto page = text_of(arguments, "ui_mode");
    const bool hosted = page.empty() || page == "hosted" || page == "hosted_page";
    const bool items = sells && !has(arguments, "line_items");
    const bool address = !mode.empty() && hosted && !has(arguments, "success_url");
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
