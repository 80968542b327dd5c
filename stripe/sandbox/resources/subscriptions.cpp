// Subscriptions, through both routes. Periods are not renewed automatically; a cancellation takes
// effect on time.
#include "stripe/sandbox/kernel/page.hpp"
#include "stripe/sandbox/resources/billing.hpp"
#include "stripe/sandbox/resources/cards.hpp"
#include "stripe/sandbox/resources/prices.hpp"
#include "stripe/sandbox/resources/resources.hpp"
#include "stripe/sandbox/resources/subscription_items.hpp"

namespace tollgate::sandbox {
namespace {

bool is_customers_route(const call& call) {
    return call.op.path_template().starts_with("/v1/customers/");
}

outcome<json*> customer_of(call& call) {
    if (!is_customers_route(call))
        return has_value(call.params, "customer") ? in_param(call, "customer", "customer")
                                                  : outcome<json*>(missing_param("customer"));
    auto* found = call.in.data.find("customer", call.ids.at(0));
    if (found == nullptr || flag_of(*found, "_deleted"))
        return no_such("customer", call.ids.at(0), "customer", true);
    return found;
}

outcome<json*> find_subscription(call& call) {
    if (!is_customers_route(call)) return in_path(call, "subscription");
    auto customer = customer_of(call);
    if (!customer) return customer;
    auto* row = call.in.data.find("subscription", call.ids.at(1));
    if (row == nullptr || text_of(*row, "customer") != call.ids.at(0))
        return no_such("subscription", call.ids.at(1), "id", true);
    return row;
}

outcome<json*> method_for_subscription(call& call, json& customer) {
    if (has_value(call.params, "default_payment_method")) {
        auto method = payment_method_param(call, "default_payment_method");
        if (!method) return method;
        if (auto done = attach(call.in, **method, customer); !done) return done.error();
        return method;
    }
    return default_payment_method(call.in, customer);
}

// The end of the trial requested, or 0.
std::int64_t trial_end_of(const call& call) {
    if (int_of(call.params, "trial_end") != 0) return int_of(call.params, "trial_end");
    const auto days = int_of(call.params, "trial_period_days");
    return days > 0 ? call.in.now() + days * day_s : 0;
}

void apply_subscription(call& call, json& row) {
    take(row, call.params,
         {"description", "collection_method", "days_until_due", "pause_collection"});
    take_metadata(row, call.params);
    if (has_value(call.params, "cancellation_details"))
        take(row["cancellation_details"], call.params["cancellation_details"],
             {"comment", "feedback"});
    if (has_value(call.params, "cancel_at") && call.params["cancel_at"].is_number_integer())
        row["cancel_at"] = call.params["cancel_at"];
    if (!call.params.contains("cancel_at_period_end")) return;
    const bool ends = flag_of(call.params, "cancel_at_period_end");
    row["cancel_at_period_end"] = ends;
    row["cancel_at"] = ends ? row["items"]["data"][0]["current_period_end"] : json(nullptr);
    row["canceled_at"] = ends ? json(call.in.now()) : json(nullptr);
    row["cancellation_details"]["reason"] = ends ? json("cancellation_requested") : json(nullptr);
}

// The first invoice: paid at once, or open if it is to be sent.
outcome<bool> bill(call& call, json& row, json& customer, json* method) {
    auto& invoice = make_invoice(call.in, customer, text_of(row, "currency"), "subscription_create",
                                 text_of(row, "id"));
    row["latest_invoice"] = invoice.at("id");
    invoice["collection_method"] = row["collection_method"];
    const bool trial = has_value(row, "trial_end");
    for (const auto& item : row["items"]["data"]) {
        const auto quantity = int_of(item, "quantity", 1);
        const auto amount = trial ? 0 : int_of(item.at("price"), "unit_amount") * quantity;
        add_line(call.in, invoice,
                 {amount,
                  quantity,
                  describe_item(call.in, item, trial),
                  &item.at("price"),
                  text_of(row, "id"),
                  text_of(item, "id"),
                  {},
                  int_of(item, "current_period_start"),
                  int_of(item, "current_period_end")});
    }
    if (text_of(row, "collection_method") == "send_invoice") {
        invoice["due_date"] = call.in.now() + int_of(row, "days_until_due") * day_s;
        finalize_invoice(call.in, invoice);
        return true;
    }
    finalize_invoice(call.in, invoice);
    if (text_of(invoice, "status") == "paid") return true;
    if (text_of(call.params, "payment_behavior") == "default_incomplete") {
        row["status"] = "incomplete";
        return true;
    }
    auto paid = pay_invoice(call.in, invoice, *method);
    if (paid) return true;
    if (text_of(call.params, "payment_behavior") == "error_if_incomplete") return paid;
    row["status"] = "incomplete";
    return true;
}

outcome<json> create_subscription(call& call) {
    const auto customer = customer_of(call);
    if (!customer) return customer.error();
    const bool sends = text_of(call.params, "collection_method") == "send_invoice";
    if (sends && !has_value(call.params, "days_until_due")) return missing_param("days_until_due");
    const auto method = method_for_subscription(call, **customer);
    if (!method) return method.error();
    auto row = call.in.make("subscription", "sub_");
    const auto trial_end = trial_end_of(call);
    if (trial_end != 0 && trial_end <= call.in.now())
        return bad_request("Invalid timestamp: must be an integer Unix timestamp in the future.",
                           "trial_end", "timestamp_invalid");
    if (auto done = add_items(call, row, trial_end); !done) return done.error();
    const bool later = text_of(call.params, "payment_behavior") == "default_incomplete";
    if (*method == nullptr && !sends && trial_end == 0 && !later)
        return bad_request(
            "This customer has no attached payment source or default payment "
            "method. Please consider adding a default payment method. For more "
            "information, visit "
            "https://stripe.com/docs/billing/subscriptions/payment-methods-setting.",
            {}, "resource_missing");
    row["customer"] = (*customer)->at("id");
    row["start_date"] = row["billing_cycle_anchor"] = call.in.now();
    if (trial_end != 0) {
        row["status"] = "trialing";
        row["trial_start"] = call.in.now();
        row["trial_end"] = row["billing_cycle_anchor"] = trial_end;
    }
    if (has_value(call.params, "default_payment_method"))
        row["default_payment_method"] = (*method)->at("id");
    apply_subscription(call, row);
    if (auto done = bill(call, row, **customer, *method); !done) return done.error();
    const auto& kept = call.in.data.of("subscription").add(std::move(row));
    call.in.emit("customer.subscription.created", kept);
    return kept;
}

outcome<json> update_subscription(call& call) {
    const auto found = find_subscription(call);
    if (!found) return found.error();
    auto changed = **found;
    if (text_of(changed, "status") == "canceled")
        return bad_request(
            "A canceled subscription can only update its cancellation_details and "
            "metadata.");
    if (has_value(call.params, "default_payment_method")) {
        const auto method = payment_method_param(call, "default_payment_method");
        if (!method) return method.error();
        changed["default_payment_method"] = (*method)->at("id");
    }
    if (auto done = change_items(call, changed); !done) return done.error();
    apply_subscription(call, changed);
    **found = std::move(changed);
    call.in.emit("customer.subscription.updated", **found);
    return **found;
}

// Cancels at once; a cancellation at the period's end is an update.
outcome<json> cancel_subscription(call& call) {
    const auto row = find_subscription(call);
    if (!row) return row.error();
    if (text_of(**row, "status") == "canceled")
        return no_such("subscription", text_of(**row, "id"), "id", true);
    (**row)["status"] = "canceled";
    (**row)["canceled_at"] = (**row)["ended_at"] = call.in.now();
    (**row)["cancellation_details"]["reason"] = "cancellation_requested";
    if (has_value(call.params, "cancellation_details"))
        take((**row)["cancellation_details"], call.params["cancellation_details"],
             {"comment", "feedback"});
    call.in.emit("customer.subscription.deleted", **row);
    return **row;
}

bool has_status(const json& row, const std::string& wanted) {
    const auto status = text_of(row, "status");
    if (wanted == "all") return true;
    if (wanted == "ended") return status == "canceled" || status == "incomplete_expired";
    // Without a status, lists all that have not ended.
    if (wanted.empty()) return status != "canceled" && status != "incomplete_expired";
    return status == wanted;
}

outcome<json> list_subscriptions(call& call) {
    const auto wanted = text_of(call.params, "status");
    const auto price = text_of(call.params, "price", text_of(call.params, "plan"));
    return list_all(call, "subscription", {"customer", "collection_method"}, [&](const json& row) {
        const auto& items = row.at("items").at("data");
        const bool priced =
            price.empty() || std::any_of(items.begin(), items.end(), [&](const json& item) {
                return item["price"]["id"] == price;
            });
        for (const auto* key : {"current_period_start", "current_period_end"})
            if (!in_range(call.params, key, int_of(items.at(0), key))) return false;
        return priced && has_status(row, wanted);
    });
}

outcome<json> list_of_customer(call& call) {
    const auto customer = customer_of(call);
    if (!customer) return customer.error();
    const auto id = call.ids.at(0);
    const auto rows = filtered(call, "subscription", {}, [&](const json& row) {
        return text_of(row, "customer") == id && has_status(row, {});
    });
    return list_page(call, "subscription", rows, "/v1/customers/" + id + "/subscriptions");
}

outcome<json> search_subscriptions(call& call) {
    return search_all(call, "subscription", "subscriptions");
}

}  // namespace

void add_subscriptions(routes& to) {
    to.add("POST /v1/subscriptions", create_subscription);
    to.add("GET /v1/subscriptions", list_subscriptions);
    to.add("GET /v1/subscriptions/search", search_subscriptions);
    to.add("GET /v1/subscriptions/{subscription_exposed_id}", get_found<find_subscription>);
    to.add("POST /v1/subscriptions/{subscription_exposed_id}", update_subscription);
    to.add("DELETE /v1/subscriptions/{subscription_exposed_id}", cancel_subscription);
    to.add("POST /v1/customers/{customer}/subscriptions", create_subscription);
    to.add("GET /v1/customers/{customer}/subscriptions", list_of_customer);
    to.add("GET /v1/customers/{customer}/subscriptions/{subscription_exposed_id}",
           get_found<find_subscription>);
    to.add("POST /v1/customers/{customer}/subscriptions/{subscription_exposed_id}",
           update_subscription);
    to.add("DELETE /v1/customers/{customer}/subscriptions/{subscription_exposed_id}",
           cancel_subscription);
}

}  // namespace tollgate::sandbox
