#include "stripe/content/resource_uri.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <vector>

#include "base/crypto.hpp"
#include "base/encoding.hpp"
#include "base/json_text.hpp"
#include "base/text.hpp"
#include "stripe/catalog/catalog.hpp"
#include "stripe/content/email.hpp"
#include "stripe/tools/exposure.hpp"

namespace tollgate::stripe {

namespace {

using base::invalid;

constexpr std::string_view customers_scheme = "customer://";
constexpr std::string_view payment_scheme = "payment://";
constexpr std::size_t uri_bytes_max = 1000;

std::vector<resource_template> make_templates() {
    std::vector<resource_template> out;
    for (const auto& one : main_objects()) {
        const std::string lower =
            one.name == "payment_intent" ? "payment intent" : std::string(one.name);
        out.push_back({resource_form::object, &one, "stripe://" + std::string(one.name) + "/{id}",
                       one.name, std::string(one.title),
                       "One " + lower + " by its id (" + std::string(one.prefix) +
                           "…), as its tool shows it.",
                       "id"});
    }
    out.push_back({resource_form::customers_by_email, find_main_object("customer"),
                   std::string(customers_scheme) + "{email}", "customer_by_email",
                   "Customers by e-mail",
                   "The customers with that e-mail address, the newest first.", "email"});
    out.push_back({resource_form::payment, find_main_object("charge"),
                   std::string(payment_scheme) + "{charge_id}", "payment", "Payment",
                   "A charge (ch_…) with its payment intent, its refunds, and its disputes where "
                   "there are any.",
                   "charge_id"});
    return out;
}

std::string in_quotes(std::string_view text) {
    return "'" + std::string(base::clipped_text(text, base::quoted_bytes_max)) + "'";
}

// The URI's template, and its variable, still encoded.
std::pair<const resource_template*, std::string_view> split(std::string_view uri) {
    for (const auto& one : resource_templates()) {
        const std::string_view whole{one.uri};
        const auto fixed = whole.substr(0, whole.find('{'));
        if (uri.starts_with(fixed)) return {&one, uri.substr(fixed.size())};
    }
    return {nullptr, {}};
}

}  // namespace

std::span<const resource_template> resource_templates() {
    static const std::vector<resource_template> all = make_templates();
    return all;
}

const resource_template* find_template(std::string_view uri) {
    const auto all = resource_templates();
    const auto found = std::ranges::find(all, uri, &resource_template::uri);
    return found == all.end() ? nullptr : &*found;
}

std::string_view tool_of(const resource_template& from, const tenancy::grant& grant) {
    constexpr std::array<std::string_view, 2> by_email{"list_all_stripe_customers",
                                                       "search_all_stripe_customers"};
    const std::array<std::string_view, 1> by_id{from.object->get_tool};
    const bool emails = from.form == resource_form::customers_by_email;
    const auto visible = visible_to(grant);
    for (const auto name : emails ? std::span<const std::string_view>(by_email)
                                  : std::span<const std::string_view>(by_id)) {
        const auto* const one = find_tool(name);
        if (one != nullptr && visible(*one)) return one->tool_name();
    }
    return {};
}

base::result<requested_resource> read_resource_uri(std::string_view uri) {
    const auto [from, value] = split(uri);
    if (from == nullptr || uri.size() > uri_bytes_max)
        return invalid("unknown_uri",
                       "There is no resource " + in_quotes(uri) +
                           ". Resources are stripe-notes://… as listed, and those of the "
                           "templates, such as stripe://customer/cus_123.",
                       "uri");
    auto text = base::percent_decoded(value, base::plus_sign::itself);
    if (from->form == resource_form::customers_by_email) {
        if (text && is_email(*text)) return requested_resource{from, std::move(*text)};
        return invalid("bad_email", in_quotes(value) + " is not an e-mail address.", "uri");
    }
    if (text && may_be_id(*from->object, *text)) return requested_resource{from, std::move(*text)};
    return invalid("bad_id",
                   in_quotes(value) + " is not the id of a " + std::string(from->object->name) +
                       ": those begin with " + std::string(from->object->prefix) + '.',
                   "uri");
}

}  // namespace tollgate::stripe
