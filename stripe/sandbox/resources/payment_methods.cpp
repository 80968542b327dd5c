// Payment methods: cards, from test tokens.
#include "stripe/sandbox/kernel/page.hpp"
#include "stripe/sandbox/resources/cards.hpp"
#include "stripe/sandbox/resources/resources.hpp"

namespace tollgate::sandbox {
namespace {

void apply_billing(json& row, const json& params) {
    if (!has_value(params, "billing_details")) return;
    const auto& sent = params["billing_details"];
    take(row["billing_details"], sent, {"email", "name", "phone", "tax_id"});
    if (has_value(sent, "address"))
        row["billing_details"]["address"] = full_address(sent["address"]);
}

outcome<json> create_method(call& call) {
    const auto type = text_of(call.params, "type");
    if (type.empty()) return missing_param("type");
    if (type != "card")
        return bad_request("The sandbox has payment methods of type `card` only.", "type");
    const auto& card = call.params.contains("card") ? call.params["card"] : json::object();
    if (has_value(card, "number"))
        return bad_request(
            "Sending credit card numbers directly to the Stripe API is generally unsafe. To "
            "continue processing use a test token such as card[token]=tok_visa.",
            "card[number]");
    const auto token = text_of(card, "token");
    if (token.empty()) return missing_param("card");
    const auto* found = find_card(token);
    if (found == nullptr) return no_such("token", token, "card[token]", false);
    auto& row = make_payment_method(call.in, *found);
    apply_billing(row, call.params);
    take_metadata(row, call.params);
    return row;
}

outcome<json*> find_method(call& call) {
    if (const auto* card = find_card(call.ids.at(0)); card != nullptr)
        return &make_payment_method(call.in, *card);
    auto* row = call.in.data.find("payment_method", call.ids.at(0));
    if (row == nullptr) return no_such("PaymentMethod", call.ids.at(0), "payment_method", true);
    return row;
}

outcome<json> update_method(call& call) {
    const auto row = find_method(call);
    if (!row) return row.error();
    apply_billing(**row, call.params);
    take(**row, call.params, {"allow_redisplay"});
    if (has_value(call.params, "card"))
        take((**row)["card"], call.params["card"], {"exp_month", "exp_year"});
    take_metadata(**row, call.params);
    call.in.emit("payment_method.updated", **row);
    return **row;
}

outcome<json> attach_it(call& call) {
    if (!has_value(call.params, "customer")) return missing_param("customer");
    const auto customer = in_param(call, "customer", "customer");
    if (!customer) return customer.error();
    const auto row = find_method(call);
    if (!row) return row.error();
    if (auto done = attach(call.in, **row, **customer); !done) return done.error();
    return **row;
}

outcome<json> detach(call& call) {
    const auto row = find_method(call);
    if (!row) return row.error();
    const auto owner = text_of(**row, "customer");
    if (owner.empty())
        return bad_request(
            "The payment method you provided is not attached to a customer so detachment is "
            "impossible.");
    auto* customer = call.in.data.find("customer", owner);
    if (customer != nullptr && customer->contains("invoice_settings")) {
        auto& chosen = (*customer)["invoice_settings"]["default_payment_method"];
        if (chosen == (*row)->at("id")) chosen = nullptr;
    }
    (**row)["customer"] = nullptr;
    call.in.emit("payment_method.detached", **row);
    return **row;
}

outcome<json> list_methods(call& call) {
    if (has_value(call.params, "customer")) {
        const auto customer = in_param(call, "customer", "customer");
        if (!customer) return customer.error();
    }
    return list_all(call, "payment_method", {"customer", "type", "allow_redisplay"},
                    [](const json& row) { return has_value(row, "customer"); });
}

}  // namespace

void add_payment_methods(routes& to) {
    to.add("POST /v1/payment_methods", create_method);
    to.add("GET /v1/payment_methods", list_methods);
    to.add("GET /v1/payment_methods/{payment_method}", get_found<find_method>);
    to.add("POST /v1/payment_methods/{payment_method}", update_method);
    to.add("POST /v1/payment_methods/{payment_method}/attach", attach_it);
    to.add("POST /v1/payment_methods/{payment_method}/detach", detach);
}

}  // namespace tollgate::sandbox
