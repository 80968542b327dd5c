// Subscriptions, by both routes. A period does not renew by itself; cancelling works on time.
#include "stripe/sandbox/kernel/page.hpp"
#include "stripe/sandbox/resources/billing.hpp"
#include "stripe/sandbox/resources/cards.hpp"
#include "stripe/sandbox/resources/prices.hpp"
#include "stripe/sandbox/resources/resources.hpp"
#include "stripe/sandbox/resources/subscription_items.hpp"

namespace tollgate::sandbox {
namespace {

bool is_customers_route(const call& of) {
    return of.op.path_template().starts_with("/v1/customers/");
}

outcome<json*> customer_of(call& of) {
    if (!is_customers_route(of))
        return has_value(of.params, "customer") ? in_param(of, "customer", "customer")
                                                : outcome<json*>(missing_param("customer"));
    auto* found = of.in.data.find("customer", of.ids.at(0));
    if (found == nullptr || flag_of(*found, "_deleted"))
        return no_such("customer", of.ids.at(0), "customer", true);
    return found;
}

outcome<json*> find(call& of) {
    if (!is_customers_route(of)) return in_path(of, "subscription");
    const auto customer = customer_of(of);
    if (!customer) return customer;
    auto* row = of.in.data.find("subscription", of.ids.at(1));
    if (row == nullptr || text_of(*row, "customer") != of.ids.at(0))
        return no_such("subscription", of.ids.at(1), "id", true);
    return row;
}

outcome<json*> method_for(call& of, json& customer) {
    if (has_value(of.params, "default_payment_method")) {
        auto method = payment_method_param(of, "default_payment_method");
        if (!method) return method;
        if (auto done = attach(of.in, **method, customer); !done) return done.error();
        return method;
    }
    return default_payment_method(of.in, customer);
}

// The end of the trial a request asks for, or 0.
std::int64_t trial_end_of(const call& of) {
    if (int_of(of.params, "trial_end") != 0) return int_of(of.params, "trial_end");
    const auto days = int_of(of.params, "trial_period_days");
    return days > 0 ? of.in.now() + days * day_s : 0;
}

void apply(call& of, json& row) {
    take(row, of.params,
         {"description", "collection_method", "days_until_due", "pause_collection"});
    take_metadata(row, of.params);
    if (has_value(of.params, "cancellation_details"))
        take(row["cancellation_details"], of.params["cancellation_details"],
             {"comment", "feedback"});
    if (has_value(of.params, "cancel_at") && of.params["cancel_at"].is_number_integer())
        row["cancel_at"] = of.params["cancel_at"];
    if (!of.params.contains("cancel_at_period_end")) return;
    const bool ends = flag_of(of.params, "cancel_at_period_end");
    row["cancel_at_period_end"] = ends;
    row["cancel_at"] = ends ? row["items"]["data"][0]["current_period_end"] : json(nullptr);
    row["canceled_at"] = ends ? json(of.in.now()) : json(nullptr);
    row["cancellation_details"]["reason"] = ends ? json("cancellation_requested") : json(nullptr);
}

// The first invoice: paid at once, or open for those that are sent.
outcome<bool> bill(call& of, json& row, json& customer, json* method) {
    auto& invoice = make_invoice(of.in, customer, text_of(row, "currency"), "subscription_create",
                                 text_of(row, "id"));
    row["latest_invoice"] = invoice.at("id");
    invoice["collection_method"] = row["collection_method"];
    const bool trial = has_value(row, "trial_end");
    for (const auto& item : row["items"]["data"]) {
        const auto quantity = int_of(item, "quantity", 1);
        const auto amount = trial ? 0 : int_of(item.at("price"), "unit_amount") * quantity;
        add_line(of.in, invoice,
                 {amount,
                  quantity,
                  describe_item(of.in, item, trial),
                  &item.at("price"),
                  text_of(row, "id"),
                  text_of(item, "id"),
                  {},
                  int_of(item, "current_period_start"),
                  int_of(item, "current_period_end")});
    }
    if (text_of(row, "collection_method") == "send_invoice") {
        invoice["due_date"] = of.in.now() + int_of(row, "days_until_due") * day_s;
        finalize_invoice(of.in, invoice);
        return true;
    }
    finalize_invoice(of.in, invoice);
    if (text_of(invoice, "status") == "paid") return true;
    if (text_of(of.params, "payment_behavior") == "default_incomplete") {
        row["status"] = "incomplete";
        return true;
    }
    auto paid = pay_invoice(of.in, invoice, *method);
    if (paid) return true;
    if (text_of(of.params, "payment_behavior") == "error_if_incomplete") return paid;
    row["status"] = "incomplete";
    return true;
}

outcome<json> create(call& of) {
    const auto customer = customer_of(of);
    if (!customer) return customer.error();
    const bool sends = text_of(of.params, "collection_method") == "send_invoice";
    if (sends && !has_value(of.params, "days_until_due")) return missing_param("days_until_due");
    const auto method = method_for(of, **customer);
    if (!method) return method.error();
    auto row = of.in.make("subscription", "sub_");
    const auto trial_end = trial_end_of(of);
    if (trial_end != 0 && trial_end <= of.in.now())
        return bad_request("Invalid timestamp: must be an integer Unix timestamp in the future.",
                           "trial_end", "timestamp_invalid");
    if (auto done = add_items(of, row, trial_end); !done) return done.error();
    const bool later = text_of(of.params, "payment_behavior") == "default_incomplete";
    if (*method == nullptr && !sends && trial_end == 0 && !later)
        return bad_request(
            "This customer has no attached payment source or default payment "
            "method. Please consider adding a default payment method. For more "
            "information, visit "
            "https://stripe.com/docs/billing/subscriptions/payment-methods-setting.",
            {}, "resource_missing");
    row["customer"] = (*customer)->at("id");
    row["start_date"] = row["billing_cycle_anchor"] = of.in.now();
    if (trial_end != 0) {
        row["status"] = "trialing";
        row["trial_start"] = of.in.now();
        row["trial_end"] = row["billing_cycle_anchor"] = trial_end;
    }
    if (has_value(of.params, "default_payment_method"))
        row["default_payment_method"] = (*method)->at("id");
    apply(of, row);
    if (auto done = bill(of, row, **customer, *method); !done) return done.error();
    const auto& kept = of.in.data.of("subscription").add(std::move(row));
    of.in.emit("customer.subscription.created", kept);
    return kept;
}

outcome<json> get(call& of) {
    const auto row = find(of);
    if (!row) return row.error();
    return **row;
}

outcome<json> update(call& of) {
    const auto found = find(of);
    if (!found) return found.error();
    auto changed = **found;
    if (text_of(changed, "status") == "canceled")
        return bad_request(
            "A canceled subscription can only update its cancellation_details and "
            "metadata.");
    if (has_value(of.params, "default_payment_method")) {
        const auto method = payment_method_param(of, "default_payment_method");
        if (!method) return method.error();
        changed["default_payment_method"] = (*method)->at("id");
    }
    if (auto done = change_items(of, changed); !done) return done.error();
    apply(of, changed);
    **found = std::move(changed);
    of.in.emit("customer.subscription.updated", **found);
    return **found;
}

// At once; at the end of the period is an update.
outcome<json> cancel(call& of) {
    const auto row = find(of);
    if (!row) return row.error();
    if (text_of(**row, "status") == "canceled")
        return no_such("subscription", text_of(**row, "id"), "id", true);
    (**row)["status"] = "canceled";
    (**row)["canceled_at"] = (**row)["ended_at"] = of.in.now();
    (**row)["cancellation_details"]["reason"] = "cancellation_requested";
    if (has_value(of.params, "cancellation_details"))
        take((**row)["cancellation_details"], of.params["cancellation_details"],
             {"comment", "feedback"});
    of.in.emit("customer.subscription.deleted", **row);
    return **row;
}

bool has_status(const json& row, const std::string& wanted) {
    const auto status = text_of(row, "status");
    if (wanted == "all") return true;
    if (wanted == "ended") return status == "canceled" || status == "incomplete_expired";
    // Without a status, everything that is not over.
    if (wanted.empty()) return status != "canceled" && status != "incomplete_expired";
    return status == wanted;
}

outcome<json> list(call& of) {
    const auto wanted = text_of(of.params, "status");
    const auto price = text_of(of.params, "price", text_of(of.params, "plan"));
    return list_all(of, "subscription", {"customer", "collection_method"}, [&](const json& row) {
        const auto& items = row.at("items").at("data");
        const bool priced =
            price.empty() || std::any_of(items.begin(), items.end(), [&](const json& item) {
                return item["price"]["id"] == price;
            });
        for (const auto* key : {"current_period_start", "current_period_end"})
            if (!in_range(of.params, key, int_of(items.at(0), key))) return false;
        return priced && has_status(row, wanted);
    });
}

outcome<json> list_of_customer(call& of) {
    const auto customer = customer_of(of);
    if (!customer) return customer.error();
    const auto id = of.ids.at(0);
    const auto rows = filtered(of, "subscription", {}, [&](const json& row) {
        return text_of(row, "customer") == id && has_status(row, {});
    });
    return list_page(of, "subscription", rows, "/v1/customers/" + id + "/subscriptions");
}

outcome<json> search(call& of) {
    return search_all(of, "subscription", "subscriptions");
}

}  // namespace

void add_subscriptions(routes& to) {
    to.add("POST /v1/subscriptions", create);
    to.add("GET /v1/subscriptions", list);
    to.add("GET /v1/subscriptions/search", search);
    to.add("GET /v1/subscriptions/{subscription_exposed_id}", get);
    to.add("POST /v1/subscriptions/{subscription_exposed_id}", update);
    to.add("DELETE /v1/subscriptions/{subscription_exposed_id}", cancel);
    to.add("POST /v1/customers/{customer}/subscriptions", create);
    to.add("GET /v1/customers/{customer}/subscriptions", list_of_customer);
    to.add("GET /v1/customers/{customer}/subscriptions/{subscription_exposed_id}", get);
    to.add("POST /v1/customers/{customer}/subscriptions/{subscription_exposed_id}", update);
    to.add("DELETE /v1/customers/{customer}/subscriptions/{subscription_exposed_id}", cancel);
}

}  // namespace tollgate::sandbox
