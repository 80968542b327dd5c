// Customers, their payment methods, and their deletion.
#include "stripe/sandbox/kernel/page.hpp"
#include "stripe/sandbox/resources/cards.hpp"
#include "stripe/sandbox/resources/resources.hpp"

namespace tollgate::sandbox {
namespace {

outcome<bool> apply_customer(call& call, json& row) {
    if (has_value(call.params, "email") &&
        text_of(call.params, "email").find('@') == std::string::npos)
        return bad_request("Invalid email address: " + text_of(call.params, "email"), "email",
                           "email_invalid");
    take(row, call.params,
         {"email", "name", "phone", "description", "balance", "preferred_locales", "tax_exempt",
          "invoice_prefix", "next_invoice_sequence", "business_name", "individual_name"});
    take_metadata(row, call.params);
    if (row["preferred_locales"].is_null()) row["preferred_locales"] = json::array();
    if (row["tax_exempt"].is_null()) row["tax_exempt"] = "none";
    if (call.params.contains("address")) {
        const auto& sent = call.params["address"];
        row["address"] = sent.is_null() ? sent : full_address(sent);
    }
    if (call.params.contains("shipping")) {
        row["shipping"] = call.params["shipping"];
        if (row["shipping"].is_object()) {
            row["shipping"]["address"] = full_address(row["shipping"]["address"]);
            if (!row["shipping"].contains("phone")) row["shipping"]["phone"] = nullptr;
        }
    }
    if (!call.params.contains("invoice_settings")) return true;
    const auto& settings = call.params["invoice_settings"];
    if (has_value(settings, "default_payment_method")) {
        const auto id = text_of(settings, "default_payment_method");
        const auto* method = call.in.data.find("payment_method", id);
        if (method == nullptr || text_of(*method, "customer") != text_of(row, "id"))
            return no_such("PaymentMethod", id, "invoice_settings[default_payment_method]", false);
    }
    take(row["invoice_settings"], settings,
         {"custom_fields", "default_payment_method", "footer", "rendering_options"});
    return true;
}

// `payment_method` and the older `source`: a card that becomes the default.
outcome<bool> apply_card(call& call, json& row) {
    for (const auto* param : {"payment_method", "source"}) {
        if (!has_value(call.params, param)) continue;
        auto method = payment_method_param(call, param);
        if (!method) return method.error();
        if (auto done = attach(call.in, **method, row); !done) return done;
        row["invoice_settings"]["default_payment_method"] = (*method)->at("id");
    }
    return true;
}

outcome<json> create_customer(call& call) {
    auto row = call.in.make("customer", "cus_");
    row["invoice_prefix"] = call.in.make_text(8);
    if (auto done = apply_customer(call, row); !done) return done.error();
    if (auto done = apply_card(call, row); !done) return done.error();
    const auto& kept = call.in.data.of("customer").add(std::move(row));
    call.in.emit("customer.created", kept);
    return kept;
}

outcome<json*> living(call& call) {
    auto row = in_path(call, "customer");
    if (row && flag_of(**row, "_deleted")) return no_such("customer", call.ids.at(0), "id", true);
    return row;
}

outcome<json> update_customer(call& call) {
    const auto row = living(call);
    if (!row) return row.error();
    auto changed = **row;
    if (auto done = apply_customer(call, changed); !done) return done.error();
    if (auto done = apply_card(call, changed); !done) return done.error();
    **row = std::move(changed);
    call.in.emit("customer.updated", **row);
    return **row;
}

// A deleted customer can still be read: its short form remains.
outcome<json> get_customer(call& call) {
    const auto row = in_path(call, "customer");
    if (!row) return row.error();
    return **row;
}

outcome<json> remove_customer(call& call) {
    const auto row = living(call);
    if (!row) return row.error();
    const auto id = text_of(**row, "id");
    call.in.emit("customer.deleted", **row);
    for (const auto& each : call.in.data.of("subscription").rows()) {
        if (text_of(*each, "customer") != id || text_of(*each, "status") == "canceled") continue;
        (*each)["status"] = "canceled";
        (*each)["canceled_at"] = (*each)["ended_at"] = call.in.now();
        call.in.emit("customer.subscription.deleted", *each);
    }
    for (const auto& each : call.in.data.of("payment_method").rows())
        if (text_of(*each, "customer") == id) (*each)["customer"] = nullptr;
    **row = {{"id", id}, {"object", "customer"}, {"deleted", true}, {"_deleted", true}};
    return **row;
}

outcome<json> list_customers(call& call) {
    return list_all(call, "customer", {"email", "test_clock"});
}

outcome<json> search_customers(call& call) {
    return search_all(call, "customer", "customers");
}

outcome<json> payment_methods(call& call) {
    const auto row = living(call);
    if (!row) return row.error();
    const auto id = text_of(**row, "id");
    const auto rows = filtered(call, "payment_method", {"type", "allow_redisplay"},
                               [&](const json& each) { return text_of(each, "customer") == id; });
    return list_page(call, "payment_method", rows, "/v1/customers/" + id + "/payment_methods");
}

outcome<json> payment_method(call& call) {
    const auto row = living(call);
    if (!row) return row.error();
    const auto* found = call.in.data.find("payment_method", call.ids.at(1));
    if (found == nullptr || text_of(*found, "customer") != call.ids.at(0))
        return no_such("PaymentMethod", call.ids.at(1), "payment_method", true);
    return *found;
}

}  // namespace

void add_customers(routes& to) {
    to.add("POST /v1/customers", create_customer);
    to.add("GET /v1/customers", list_customers);
    to.add("GET /v1/customers/search", search_customers);
    to.add("GET /v1/customers/{customer}", get_customer);
    to.add("POST /v1/customers/{customer}", update_customer);
    to.add("DELETE /v1/customers/{customer}", remove_customer);
    to.add("GET /v1/customers/{customer}/payment_methods", payment_methods);
    to.add("GET /v1/customers/{customer}/payment_methods/{payment_method}", payment_method);
}

}  // namespace tollgate::sandbox
