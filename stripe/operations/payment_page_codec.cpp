#include "stripe/operations/payment_page_codec.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <optional>
#include <utility>

namespace tollgate::stripe {

namespace {

using json = nlohmann::json;
using storage::order_row;
using tenancy::payer;
using tenancy::payment_page;

constexpr std::size_t id_max = 200;

std::string text_of(const json& object, const char* name) {
    if (!object.is_object()) return {};
    const auto found = object.find(name);
    return found != object.end() && found->is_string() ? found->get<std::string>() : std::string{};
}

std::optional<std::int64_t> number_of(const json& object, const char* name) {
    if (!object.is_object()) return {};
    const auto found = object.find(name);
    if (found == object.end() || !found->is_number_integer()) return {};
    return found->get<std::int64_t>();
}

const json& member(const json& object, const char* name) {
    static const json none;
    if (!object.is_object()) return none;
    const auto found = object.find(name);
    return found == object.end() ? none : *found;
}

base::timestamp time_of(std::int64_t unix_seconds) {
    return base::timestamp{std::chrono::seconds{unix_seconds}};
}

// The payment's own e-mail address, for a customer without one.
std::string email_of(const json& payment, const json& charge) {
    for (auto address : {text_of(payment, "receipt_email"), text_of(charge, "receipt_email"),
                         text_of(member(charge, "billing_details"), "email")})
        if (!address.empty()) return address;
    return {};
}

// A deleted customer has only an id.
std::optional<payer> customer_of(const json& payment, const json& charge, base::timestamp paid_at) {
    const json& customer = member(payment, "customer");
    payer one;
    auto& out = one.row;
    out.stripe_customer_id =
        customer.is_string() ? customer.get<std::string>() : text_of(customer, "id");
    out.email = text_of(customer, "email");
    one.own_email = !out.email.empty();
    if (!one.own_email) out.email = email_of(payment, charge);
    const auto created = number_of(customer, "created");
    one.own_date = created.has_value();
    out.created_at = created ? time_of(*created) : paid_at;
    if (out.stripe_customer_id.empty()) {
        if (out.email.empty()) return {};
        out.id = tenancy::guest_id(out.email);
        out.name = text_of(member(charge, "billing_details"), "name");
        return one;
    }
    out.id = out.stripe_customer_id;
    out.name = text_of(customer, "name");
    return one;
}

// The order of a payment for which money was received.
std::optional<order_row> order_of(const json& payment, const json& charge,
                                  const std::string& id_key) {
    const auto amount = number_of(payment, "amount_received");
    const auto created = number_of(payment, "created");
    order_row out;
    out.payment_id = text_of(payment, "id");
    out.currency = text_of(payment, "currency");
    if (text_of(payment, "status") != "succeeded" || amount.value_or(0) <= 0 || !created ||
        out.payment_id.empty() || out.currency.empty())
        return {};
    out.amount = *amount;
    out.created_at = time_of(*created);
    const std::int64_t refunded = number_of(charge, "amount_refunded").value_or(0);
    out.refunded = std::clamp(refunded, std::int64_t{0}, out.amount);
    if (!id_key.empty()) out.id = text_of(member(payment, "metadata"), id_key.c_str());
    if (out.id.empty() || out.id.size() > id_max) out.id = out.payment_id;
    return out;
}

// Keeps each customer once; a guest has the date of the first payment.
void add_customer(payment_page& into, payer one) {
    for (auto& known : into.customers) {
        if (known.row.id != one.row.id) continue;
        known.row.created_at = std::min(known.row.created_at, one.row.created_at);
        return;
    }
    into.customers.push_back(std::move(one));
}

}  // namespace

base::result<payment_page> read_payment_page(std::string_view body,
                                             const tenancy::payment_page_request& what) {
    const json list = json::parse(body, nullptr, false);
    const json& payments = member(list, "data");
    if (!payments.is_array())
        return base::fail(base::errc::unavailable, "stripe_unavailable",
                          "Stripe answered with something that is not a list of payments.");
    payment_page out;
    for (const json& payment : payments) {
        const json& charge = member(payment, "latest_charge");
        auto order = order_of(payment, charge, what.id_key);
        if (!order) {
            ++out.not_paid;
            continue;
        }
        auto customer = customer_of(payment, charge, order->created_at);
        if (!customer) {
            ++out.no_customer;
            continue;
        }
        order->customer_id = customer->row.id;
        add_customer(out, std::move(*customer));
        out.orders.push_back(std::move(*order));
    }
    if (member(list, "has_more") == true && !payments.empty())
        out.next = text_of(payments.back(), "id");
    return out;
}

}  // namespace tollgate::stripe
