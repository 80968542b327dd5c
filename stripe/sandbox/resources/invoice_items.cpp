// Invoice items: pending for the next invoice, or on a draft.
#include <cstdlib>

#include "stripe/sandbox/kernel/page.hpp"
#include "stripe/sandbox/resources/billing.hpp"
#include "stripe/sandbox/resources/prices.hpp"
#include "stripe/sandbox/resources/resources.hpp"

namespace tollgate::sandbox {
namespace {

// The price from pricing[price] or price_data, or nothing if only an amount is given.
outcome<json*> price_of(call& call) {
    json* none = nullptr;
    if (has_value(call.params, "pricing")) {
        const auto id = text_of(call.params["pricing"], "price");
        auto* found = call.in.data.find("price", id);
        if (found == nullptr) return no_such("price", id, "pricing[price]", false);
        return found;
    }
    if (has_value(call.params, "price_data"))
        return make_price(call.in, call.params["price_data"], "price_data");
    return none;
}

outcome<json> create_invoice_item(call& call) {
    const auto customer = has_value(call.params, "customer")
                              ? in_param(call, "customer", "customer")
                              : outcome<json*>(missing_param("customer"));
    if (!customer) return customer.error();
    const auto price = price_of(call);
    if (!price) return price.error();
    if (*price == nullptr && !has_value(call.params, "amount")) return missing_param("amount");
    auto row = call.in.make("invoiceitem", "ii_");
    row["date"] = call.in.now();
    row["customer"] = (*customer)->at("id");
    const auto quantity = int_of(call.params, "quantity", 1);
    const auto unit = *price == nullptr ? 0 : int_of(**price, "unit_amount");
    const auto sent = int_of(call.params, "amount");
    if (sent > 99'999'999 || sent < -99'999'999)
        return bad_request("Amount must be no more than 99999999.", "amount", "amount_too_large");
    if (quantity < 0 || quantity > 999'999)
        return bad_request("Quantity must be between 0 and 999999.", "quantity");
    row["amount"] = *price == nullptr ? sent : unit * quantity;
    row["net_amount"] = row["amount"];
    row["quantity"] = quantity;
    row["quantity_decimal"] = std::to_string(quantity);
    row["currency"] = *price == nullptr ? json(text_of(call.params, "currency", "usd"))
                                        : (*price)->at("currency");
    row["period"] = {{"end", call.in.now()}, {"start", call.in.now()}};
    take(row, call.params, {"description", "discountable", "period"});
    take_metadata(row, call.params);
    row["pricing"] = {{"type", "price_details"},
                      {"unit_amount_decimal", std::to_string(*price == nullptr ? 0 : unit)}};
    if (*price != nullptr)
        row["pricing"]["price_details"] = {{"price", (*price)->at("id")},
                                           {"product", (*price)->at("product")}};
    if (has_value(call.params, "invoice")) {
        const auto invoice = in_param(call, "invoice", "invoice");
        if (!invoice) return invoice.error();
        if (text_of(**invoice, "status") != "draft")
            return bad_request("Only a draft invoice takes more items.", "invoice",
                               "invoice_not_editable");
        row["invoice"] = (*invoice)->at("id");
        add_line(call.in, **invoice,
                 {int_of(row, "amount"),
                  quantity,
                  text_of(row, "description"),
                  *price,
                  {},
                  {},
                  text_of(row, "id"),
                  call.in.now(),
                  call.in.now()});
    }
    const auto& kept = call.in.data.of("invoiceitem").add(std::move(row));
    call.in.emit("invoiceitem.created", kept);
    return kept;
}

outcome<json> get_invoice_item(call& call) {
    const auto row = in_path(call, "invoiceitem");
    if (!row) return row.error();
    return **row;
}

outcome<json> update_invoice_item(call& call) {
    const auto row = in_path(call, "invoiceitem");
    if (!row) return row.error();
    if (has_value(**row, "invoice"))
        return bad_request("The sandbox changes only items that are not on an invoice yet.");
    if (std::abs(int_of(call.params, "amount")) > 99'999'999)
        return bad_request("Amount must be no more than 99999999.", "amount", "amount_too_large");
    take(**row, call.params, {"amount", "description", "discountable", "period"});
    (**row)["net_amount"] = (*row)->at("amount");
    take_metadata(**row, call.params);
    return **row;
}

outcome<json> remove_invoice_item(call& call) {
    const auto row = in_path(call, "invoiceitem");
    if (!row) return row.error();
    if (has_value(**row, "invoice"))
        return bad_request("This item is on an invoice already and cannot be deleted.");
    const auto id = call.ids.at(0);
    call.in.data.of("invoiceitem").erase(id);
    return json{{"id", id}, {"object", "invoiceitem"}, {"deleted", true}};
}

outcome<json> list_invoice_items(call& call) {
    return list_all(call, "invoiceitem", {"customer", "invoice"}, [&](const json& row) {
        return !call.params.contains("pending") ||
               has_value(row, "invoice") != flag_of(call.params, "pending");
    });
}

}  // namespace

void add_invoice_items(routes& to) {
    to.add("POST /v1/invoiceitems", create_invoice_item);
    to.add("GET /v1/invoiceitems", list_invoice_items);
    to.add("GET /v1/invoiceitems/{invoiceitem}", get_invoice_item);
    to.add("POST /v1/invoiceitems/{invoiceitem}", update_invoice_item);
    to.add("DELETE /v1/invoiceitems/{invoiceitem}", remove_invoice_item);
}

}  // namespace tollgate::sandbox
