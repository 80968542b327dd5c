// Invoices: draft, open, paid, void, uncollectible.
#include "stripe/sandbox/kernel/page.hpp"
#include "stripe/sandbox/resources/billing.hpp"
#include "stripe/sandbox/resources/cards.hpp"
#include "stripe/sandbox/resources/ledger.hpp"
#include "stripe/sandbox/resources/resources.hpp"

namespace tollgate::sandbox {
namespace {

// Turns this customer's pending items into lines.
void pull_items(call& call, json& invoice) {
    for (const auto& item : call.in.data.of("invoiceitem").rows()) {
        if (has_value(*item, "invoice") || item->at("customer") != invoice["customer"] ||
            item->at("currency") != invoice["currency"])
            continue;
        const auto price = item->at("pricing").contains("price_details")
                               ? text_of(item->at("pricing")["price_details"], "price")
                               : std::string{};
        add_line(call.in, invoice,
                 {int_of(*item, "amount"),
                  int_of(*item, "quantity", 1),
                  text_of(*item, "description"),
                  call.in.data.find("price", price),
                  {},
                  {},
                  text_of(*item, "id"),
                  int_of(*item, "date"),
                  int_of(*item, "date")});
        (*item)["invoice"] = invoice["id"];
    }
}

void apply_invoice(call& call, json& row) {
    take(row, call.params,
         {"description", "footer", "auto_advance", "collection_method", "due_date",
          "default_payment_method", "statement_descriptor", "number", "custom_fields",
          "automatically_finalizes_at", "effective_at"});
    take_metadata(row, call.params);
    if (has_value(call.params, "days_until_due"))
        row["due_date"] = call.in.now() + int_of(call.params, "days_until_due") * day_s;
}

outcome<json> create_invoice(call& call) {
    const auto customer = has_value(call.params, "customer")
                              ? in_param(call, "customer", "customer")
                              : outcome<json*>(missing_param("customer"));
    if (!customer) return customer.error();
    const bool sends = text_of(call.params, "collection_method") == "send_invoice";
    if (sends && !has_value(call.params, "days_until_due") && !has_value(call.params, "due_date"))
        return bad_request("If invoices are sent, `days_until_due` or `due_date` must be passed.",
                           "days_until_due", "parameter_missing");
    if (!sends && (has_value(call.params, "days_until_due") || has_value(call.params, "due_date")))
        return bad_request(
            "You can only set `days_until_due` or `due_date` if the collection method is "
            "`send_invoice`.",
            has_value(call.params, "due_date") ? "due_date" : "days_until_due");
    const auto currency = text_of(call.params, "currency", "usd");
    if (auto known = check_currency(currency); !known) return known.error();
    auto& row = make_invoice(call.in, **customer, currency, "manual", {});
    apply_invoice(call, row);
    if (text_of(call.params, "pending_invoice_items_behavior") == "include") pull_items(call, row);
    return row;
}

outcome<json> get_invoice(call& call) {
    const auto row = in_path(call, "invoice");
    if (!row) return row.error();
    return **row;
}

outcome<json> update_invoice(call& call) {
    const auto row = in_path(call, "invoice");
    if (!row) return row.error();
    const auto status = text_of(**row, "status");
    if (status != "draft") {
        for (const auto& [key, value] : call.params.items())
            if (key != "metadata" && key != "expand" && key != "auto_advance")
                return bad_request("Finalized invoices can't be updated in this way.", key,
                                   "invoice_not_editable");
    }
    apply_invoice(call, **row);
    call.in.emit("invoice.updated", **row);
    return **row;
}

outcome<json> remove_invoice(call& call) {
    const auto row = in_path(call, "invoice");
    if (!row) return row.error();
    if (text_of(**row, "status") != "draft")
        return bad_request("You can only delete draft invoices.", {}, "invoice_not_editable");
    const auto id = call.ids.at(0);
    call.in.emit("invoice.deleted", **row);
    call.in.data.of("invoice").erase(id);
    return json{{"id", id}, {"object", "invoice"}, {"deleted", true}};
}

outcome<json> finalize(call& call) {
    const auto row = in_path(call, "invoice");
    if (!row) return row.error();
    if (text_of(**row, "status") != "draft")
        return bad_request(
            "This invoice is already finalized, you can't re-finalize a non-draft "
            "invoice.",
            {}, "invoice_not_editable");
    take(**row, call.params, {"auto_advance"});
    finalize_invoice(call.in, **row);
    return **row;
}

outcome<json*> method_for_invoice(call& call, json& invoice) {
    if (has_value(call.params, "payment_method"))
        return payment_method_param(call, "payment_method");
    auto* chosen = call.in.data.find("payment_method", text_of(invoice, "default_payment_method"));
    auto* customer = call.in.data.find("customer", text_of(invoice, "customer"));
    if (chosen == nullptr && customer != nullptr && !flag_of(*customer, "_deleted"))
        chosen = default_payment_method(call.in, *customer);
    if (chosen == nullptr)
        return bad_request(
            "There is no `default_payment_method` set on this Customer or Invoice. "
            "Please set one or pass `payment_method`.",
            {}, "invoice_no_payment_method");
    return chosen;
}

outcome<json> pay(call& call) {
    const auto found = in_path(call, "invoice");
    if (!found) return found.error();
    auto& row = **found;
    const auto status = text_of(row, "status");
    if (status == "paid") return bad_request("Invoice is already paid", {}, "invoice_already_paid");
    if (status == "void" || status == "uncollectible")
        return bad_request("This invoice is " + status + ": it can no longer be paid.", {},
                           "invoice_not_editable");
    if (status == "draft") finalize_invoice(call.in, row);
    if (text_of(row, "status") == "paid") return row;
    if (flag_of(call.params, "paid_out_of_band")) {
        pay_out_of_band(call.in, row);
        return row;
    }
    const auto method = method_for_invoice(call, row);
    if (!method) return method.error();
    if (auto done = pay_invoice(call.in, row, **method); !done) return done.error();
    return row;
}

outcome<json> send(call& call) {
    const auto row = in_path(call, "invoice");
    if (!row) return row.error();
    if (text_of(**row, "collection_method") != "send_invoice")
        return bad_request(
            "You can only manually send an invoice if its collection method is "
            "'send_invoice'.");
    if (text_of(**row, "status") == "draft") finalize_invoice(call.in, **row);
    call.in.emit("invoice.sent", **row);
    return **row;
}

outcome<json> leave(call& call, std::string_view status, const char* moment) {
    const auto row = in_path(call, "invoice");
    if (!row) return row.error();
    const auto is = text_of(**row, "status");
    if (is != "open" && is != "uncollectible")
        return bad_request("This invoice is " + is + ": only an open invoice can become " +
                               std::string(status) + ".",
                           {}, "invoice_not_editable");
    (**row)["status"] = status;
    (**row)["status_transitions"][moment] = call.in.now();
    call.in.emit(status == "void" ? "invoice.voided" : "invoice.marked_uncollectible", **row);
    return **row;
}

outcome<json> void_it(call& call) {
    return leave(call, "void", "voided_at");
}

outcome<json> mark_uncollectible(call& call) {
    return leave(call, "uncollectible", "marked_uncollectible_at");
}

outcome<json> list_invoices(call& call) {
    return list_all(call, "invoice", {"customer", "status", "collection_method"},
                    [&](const json& row) {
                        if (!has_value(call.params, "subscription")) return true;
                        return row.at("parent").is_object() &&
                               row.at("parent").at("subscription_details").at("subscription") ==
                                   call.params["subscription"];
                    });
}

outcome<json> search_invoices(call& call) {
    return search_all(call, "invoice", "invoices");
}

outcome<json> lines(call& call) {
    const auto row = in_path(call, "invoice");
    if (!row) return row.error();
    // The lines are stored in the invoice, so the cursor is looked up among them.
    auto& data = (**row)["lines"]["data"];
    auto& kept = call.in.data.of("line_item");
    std::vector<json*> rows;
    for (auto& line : data) {
        auto* found = kept.find(text_of(line, "id"));
        rows.push_back(found != nullptr ? found : &kept.add(line));
    }
    return list_page(call, "line_item", rows, "/v1/invoices/" + call.ids.at(0) + "/lines");
}

}  // namespace

void add_invoices(routes& to) {
    to.add("POST /v1/invoices", create_invoice);
    to.add("GET /v1/invoices", list_invoices);
    to.add("GET /v1/invoices/search", search_invoices);
    to.add("GET /v1/invoices/{invoice}", get_invoice);
    to.add("POST /v1/invoices/{invoice}", update_invoice);
    to.add("DELETE /v1/invoices/{invoice}", remove_invoice);
    to.add("POST /v1/invoices/{invoice}/finalize", finalize);
    to.add("POST /v1/invoices/{invoice}/pay", pay);
    to.add("POST /v1/invoices/{invoice}/send", send);
    to.add("POST /v1/invoices/{invoice}/void", void_it);
    to.add("POST /v1/invoices/{invoice}/mark_uncollectible", mark_uncollectible);
    to.add("GET /v1/invoices/{invoice}/lines", lines);
}

}  // namespace tollgate::sandbox
