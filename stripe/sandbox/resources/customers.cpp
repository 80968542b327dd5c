// Customers, their payment methods, and what deletion leaves.
#include "stripe/sandbox/kernel/page.hpp"
#include "stripe/sandbox/resources/cards.hpp"
#include "stripe/sandbox/resources/resources.hpp"

namespace tollgate::sandbox {
namespace {

outcome<bool> apply(call& of, json& row) {
    if (has_value(of.params, "email") && text_of(of.params, "email").find('@') == std::string::npos)
        return bad_request("Invalid email address: " + text_of(of.params, "email"), "email",
                           "email_invalid");
    take(row, of.params,
         {"email", "name", "phone", "description", "balance", "preferred_locales", "tax_exempt",
          "invoice_prefix", "next_invoice_sequence", "business_name", "individual_name"});
    take_metadata(row, of.params);
    if (row["preferred_locales"].is_null()) row["preferred_locales"] = json::array();
    if (row["tax_exempt"].is_null()) row["tax_exempt"] = "none";
    if (of.params.contains("address")) {
        const auto& sent = of.params["address"];
        row["address"] = sent.is_null() ? sent : full_address(sent);
    }
    if (of.params.contains("shipping")) {
        row["shipping"] = of.params["shipping"];
        if (row["shipping"].is_object()) {
            row["shipping"]["address"] = full_address(row["shipping"]["address"]);
            if (!row["shipping"].contains("phone")) row["shipping"]["phone"] = nullptr;
        }
    }
    if (!of.params.contains("invoice_settings")) return true;
    const auto& settings = of.params["invoice_settings"];
    if (has_value(settings, "default_payment_method")) {
        const auto id = text_of(settings, "default_payment_method");
        const auto* method = of.in.data.find("payment_method", id);
        if (method == nullptr || text_of(*method, "customer") != text_of(row, "id"))
            return no_such("PaymentMethod", id, "invoice_settings[default_payment_method]", false);
    }
    take(row["invoice_settings"], settings,
         {"custom_fields", "default_payment_method", "footer", "rendering_options"});
    return true;
}

// `payment_method` and the older `source`: a card that becomes the default.
outcome<bool> apply_card(call& of, json& row) {
    for (const auto* param : {"payment_method", "source"}) {
        if (!has_value(of.params, param)) continue;
        auto method = payment_method_param(of, param);
        if (!method) return method.error();
        if (auto done = attach(of.in, **method, row); !done) return done;
        row["invoice_settings"]["default_payment_method"] = (*method)->at("id");
    }
    return true;
}

outcome<json> create(call& of) {
    auto row = of.in.make("customer", "cus_");
    row["invoice_prefix"] = of.in.make_text(8);
    if (auto done = apply(of, row); !done) return done.error();
    if (auto done = apply_card(of, row); !done) return done.error();
    const auto& kept = of.in.data.of("customer").add(std::move(row));
    of.in.emit("customer.created", kept);
    return kept;
}

outcome<json*> living(call& of) {
    auto row = in_path(of, "customer");
    if (row && flag_of(**row, "_deleted")) return no_such("customer", of.ids.at(0), "id", true);
    return row;
}

outcome<json> update(call& of) {
    const auto row = living(of);
    if (!row) return row.error();
    auto changed = **row;
    if (auto done = apply(of, changed); !done) return done.error();
    if (auto done = apply_card(of, changed); !done) return done.error();
    **row = std::move(changed);
    of.in.emit("customer.updated", **row);
    return **row;
}

// A deleted customer is answered, not missing: its short form stays.
outcome<json> get(call& of) {
    const auto row = in_path(of, "customer");
    if (!row) return row.error();
    return **row;
}

outcome<json> remove(call& of) {
    const auto row = living(of);
    if (!row) return row.error();
    const auto id = text_of(**row, "id");
    of.in.emit("customer.deleted", **row);
    for (const auto& each : of.in.data.of("subscription").rows()) {
        if (text_of(*each, "customer") != id || text_of(*each, "status") == "canceled") continue;
        (*each)["status"] = "canceled";
        (*each)["canceled_at"] = (*each)["ended_at"] = of.in.now();
        of.in.emit("customer.subscription.deleted", *each);
    }
    for (const auto& each : of.in.data.of("payment_method").rows())
        if (text_of(*each, "customer") == id) (*each)["customer"] = nullptr;
    **row = {{"id", id}, {"object", "customer"}, {"deleted", true}, {"_deleted", true}};
    return **row;
}

outcome<json> list(call& of) {
    return list_all(of, "customer", {"email", "test_clock"});
}

outcome<json> search(call& of) {
    return search_all(of, "customer", "customers");
}

outcome<json> payment_methods(call& of) {
    const auto row = living(of);
    if (!row) return row.error();
    const auto id = text_of(**row, "id");
    const auto rows = filtered(of, "payment_method", {"type", "allow_redisplay"},
                               [&](const json& each) { return text_of(each, "customer") == id; });
    return list_page(of, "payment_method", rows, "/v1/customers/" + id + "/payment_methods");
}

outcome<json> payment_method(call& of) {
    const auto row = living(of);
    if (!row) return row.error();
    const auto* found = of.in.data.find("payment_method", of.ids.at(1));
    if (found == nullptr || text_of(*found, "customer") != of.ids.at(0))
        return no_such("PaymentMethod", of.ids.at(1), "payment_method", true);
    return *found;
}

}  // namespace

void add_customers(routes& to) {
    to.add("POST /v1/customers", create);
    to.add("GET /v1/customers", list);
    to.add("GET /v1/customers/search", search);
    to.add("GET /v1/customers/{customer}", get);
    to.add("POST /v1/customers/{customer}", update);
    to.add("DELETE /v1/customers/{customer}", remove);
    to.add("GET /v1/customers/{customer}/payment_methods", payment_methods);
    to.add("GET /v1/customers/{customer}/payment_methods/{payment_method}", payment_method);
}

}  // namespace tollgate::sandbox
