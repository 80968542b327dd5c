#include "stripe/sandbox/resources/billing.hpp"

#include <chrono>

#include "stripe/sandbox/resources/charging.hpp"

namespace tollgate::sandbox {
namespace {

void set_paid(world& in, json& invoice) {
    invoice["status"] = "paid";
    invoice["attempted"] = true;
    invoice["amount_paid"] = invoice["amount_due"];
    invoice["amount_remaining"] = 0;
    invoice["status_transitions"]["paid_at"] = in.now();
    in.emit("invoice.paid", invoice);
}

json& make_intent(world& in, const json& invoice, const json& payment_method) {
    auto row = in.make("payment_intent", "pi_");
    row["amount"] = invoice.at("amount_remaining");
    row["currency"] = invoice.at("currency");
    row["customer"] = invoice.at("customer");
    row["payment_method"] = payment_method.at("id");
    row["status"] = "requires_confirmation";
    row["client_secret"] = text_of(row, "id") + "_secret_" + in.make_text(25);
    const auto reason = text_of(invoice, "billing_reason");
    row["description"] = reason == "subscription_create" ? "Subscription creation"
                         : reason == "subscription_cycle"
                             ? "Subscription update"
                             : "Payment for Invoice " + text_of(invoice, "number");
    auto& kept = in.data.of("payment_intent").add(std::move(row));
    in.emit("payment_intent.created", kept);
    return kept;
}

void add_payment(world& in, const json& invoice, const json& intent) {
    auto row = in.make("invoice_payment", "inpay_");
    row["amount_paid"] = intent.at("amount");
    row["amount_requested"] = intent.at("amount");
    row["currency"] = invoice.at("currency");
    row["invoice"] = invoice.at("id");
    row["payment"] = {{"payment_intent", intent.at("id")}, {"type", "payment_intent"}};
    row["status"] = "paid";
    row["status_transitions"]["paid_at"] = in.now();
    in.data.of("invoice_payment").add(std::move(row));
}

json parent_of(const invoice_line& line) {
    if (!line.subscription.empty())
        return {{"invoice_item_details", nullptr},
                {"subscription_item_details",
                 {{"invoice_item", nullptr},
                  {"proration", false},
                  {"proration_details", {{"credited_items", nullptr}}},
                  {"subscription", line.subscription},
                  {"subscription_item", line.subscription_item}}},
                {"type", "subscription_item_details"}};
    return {{"invoice_item_details",
             {{"invoice_item", line.invoice_item},
              {"proration", false},
              {"proration_details", {{"credited_items", nullptr}}},
              {"subscription", nullptr}}},
            {"subscription_item_details", nullptr},
            {"type", "invoice_item_details"}};
}

}  // namespace

json& make_invoice(world& in, const json& customer, const std::string& currency,
                   std::string_view reason, const std::string& subscription) {
    auto row = in.make("invoice", "in_");
    row["currency"] = currency;
    row["billing_reason"] = reason;
    row["customer"] = customer.at("id");
    for (const auto* key : {"address", "email", "name", "phone", "shipping", "tax_exempt"})
        row["customer_" + std::string(key)] = customer.at(key);
    row["period_start"] = row["period_end"] = in.now();
    row["lines"]["url"] = "/v1/invoices/" + text_of(row, "id") + "/lines";
    row["subtotal_excluding_tax"] = row["total_excluding_tax"] = 0;
    if (!subscription.empty())
        row["parent"] = {{"quote_details", nullptr},
                         {"subscription_details",
                          {{"metadata", json::object()}, {"subscription", subscription}}},
                         {"type", "subscription_details"}};
    auto& kept = in.data.of("invoice").add(std::move(row));
    in.emit("invoice.created", kept);
    return kept;
}

void add_line(world& in, json& invoice, const invoice_line& line) {
    auto row = in.make("line_item", "il_");
    row["amount"] = row["subtotal"] = line.amount;
    row["currency"] = invoice["currency"];
    row["description"] = line.description;
    row["quantity"] = line.quantity;
    row["quantity_decimal"] = std::to_string(line.quantity);
    row["invoice"] = invoice["id"];
    row["period"] = {{"end", line.period_end}, {"start", line.period_start}};
    row["parent"] = parent_of(line);
    const auto unit = line.quantity == 0 ? line.amount : line.amount / line.quantity;
    row["pricing"] = {{"price_details", nullptr},
                      {"type", "price_details"},
                      {"unit_amount_decimal", std::to_string(unit)}};
    if (line.price != nullptr)
        row["pricing"]["price_details"] = {{"price", line.price->at("id")},
                                           {"product", line.price->at("product")}};
    if (!line.subscription.empty()) row["subscription"] = line.subscription;
    invoice["lines"]["data"].push_back(std::move(row));
    const auto total = int_of(invoice, "total") + line.amount;
    for (const auto* key : {"subtotal", "total", "subtotal_excluding_tax", "total_excluding_tax"})
        invoice[key] = total;
    invoice["amount_due"] = invoice["amount_remaining"] = std::max<std::int64_t>(total, 0);
    invoice["period_end"] = std::max(int_of(invoice, "period_end"), line.period_start);
}

void finalize_invoice(world& in, json& invoice) {
    const auto id = text_of(invoice, "id");
    auto* customer = in.data.find("customer", text_of(invoice, "customer"));
    if (customer != nullptr && flag_of(*customer, "_deleted")) customer = nullptr;
    const auto number = customer == nullptr ? 1 : int_of(*customer, "next_invoice_sequence", 1);
    auto digits = std::to_string(number);
    if (digits.size() < 4) digits.insert(0, 4 - digits.size(), '0');
    if (customer != nullptr) (*customer)["next_invoice_sequence"] = number + 1;
    if (!has_value(invoice, "number"))
        invoice["number"] =
            (customer == nullptr ? "TOLLGATE" : text_of(*customer, "invoice_prefix", "TOLLGATE")) +
            "-" + digits;
    invoice["status"] = "open";
    invoice["hosted_invoice_url"] = "https://invoice.stripe.com/i/acct_1TollgateSandbox/test_" + id;
    invoice["invoice_pdf"] =
        "https://pay.stripe.com/invoice/acct_1TollgateSandbox/test_" + id + "/pdf";
    invoice["status_transitions"]["finalized_at"] = in.now();
    if (!has_value(invoice, "effective_at")) invoice["effective_at"] = in.now();
    invoice["ending_balance"] = 0;
    in.emit("invoice.finalized", invoice);
    if (int_of(invoice, "amount_due") == 0) set_paid(in, invoice);
}

outcome<bool> pay_invoice(world& in, json& invoice, json& payment_method) {
    auto& intent = make_intent(in, invoice, payment_method);
    invoice["attempt_count"] = int_of(invoice, "attempt_count") + 1;
    invoice["attempted"] = true;
    const auto paid = confirm_intent(in, intent);
    if (!paid) {
        in.emit("invoice.payment_failed", invoice);
        return paid.error();
    }
    if (text_of(intent, "status") != "succeeded") {
        api_error error;
        error.status = 402;
        error.type = "card_error";
        error.code = "invoice_payment_intent_requires_action";
        error.message =
            "Payment for this invoice requires additional user action before it can "
            "be completed successfully.";
        error.more["payment_intent"] = intent;
        error.keeps = true;
        return error;
    }
    add_payment(in, invoice, intent);
    set_paid(in, invoice);
    return true;
}

void pay_out_of_band(world& in, json& invoice) {
    invoice["amount_paid_off_stripe"] = invoice["amount_due"];
    set_paid(in, invoice);
}

std::int64_t add_interval(std::int64_t seconds, std::string_view interval, std::int64_t count) {
    if (interval == "day") return seconds + count * day_s;
    if (interval == "week") return seconds + 7 * count * day_s;
    using namespace std::chrono;
    const sys_seconds moment{std::chrono::seconds{seconds}};
    const auto midnight = floor<days>(moment);
    const year_month_day date{midnight};
    const auto months_ahead = static_cast<int>(interval == "year" ? 12 * count : count);
    year_month_day next = date + months{months_ahead};
    if (!next.ok()) next = next.year() / next.month() / last;
    return (sys_days{next} + (moment - midnight)).time_since_epoch().count();
}

}  // namespace tollgate::sandbox
