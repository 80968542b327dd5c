// Invoice items: what waits for the next invoice, or belongs to a draft.
#include <cstdlib>

#include "stripe/sandbox/kernel/page.hpp"
#include "stripe/sandbox/resources/billing.hpp"
#include "stripe/sandbox/resources/prices.hpp"
#include "stripe/sandbox/resources/resources.hpp"

namespace tollgate::sandbox {
namespace {

// The price of pricing[price] or price_data, or nothing for an amount alone.
outcome<json*> price_of(call& of) {
    json* none = nullptr;
    if (has_value(of.params, "pricing")) {
        const auto id = text_of(of.params["pricing"], "price");
        auto* found = of.in.data.find("price", id);
        if (found == nullptr) return no_such("price", id, "pricing[price]", false);
        return found;
    }
    if (has_value(of.params, "price_data"))
        return make_price(of.in, of.params["price_data"], "price_data");
    return none;
}

outcome<json> create(call& of) {
    const auto customer = has_value(of.params, "customer")
                              ? in_param(of, "customer", "customer")
                              : outcome<json*>(missing_param("customer"));
    if (!customer) return customer.error();
    const auto price = price_of(of);
    if (!price) return price.error();
    if (*price == nullptr && !has_value(of.params, "amount")) return missing_param("amount");
    auto row = of.in.make("invoiceitem", "ii_");
    row["date"] = of.in.now();
    row["customer"] = (*customer)->at("id");
    const auto quantity = int_of(of.params, "quantity", 1);
    const auto unit = *price == nullptr ? 0 : int_of(**price, "unit_amount");
    const auto sent = int_of(of.params, "amount");
    if (sent > 99'999'999 || sent < -99'999'999)
        return bad_request("Amount must be no more than 99999999.", "amount", "amount_too_large");
    if (quantity < 0 || quantity > 999'999)
        return bad_request("Quantity must be between 0 and 999999.", "quantity");
    row["amount"] = *price == nullptr ? sent : unit * quantity;
    row["net_amount"] = row["amount"];
    row["quantity"] = quantity;
    row["quantity_decimal"] = std::to_string(quantity);
    row["currency"] =
        *price == nullptr ? json(text_of(of.params, "currency", "usd")) : (*price)->at("currency");
    row["period"] = {{"end", of.in.now()}, {"start", of.in.now()}};
    take(row, of.params, {"description", "discountable", "period"});
    take_metadata(row, of.params);
    row["pricing"] = {{"type", "price_details"},
                      {"unit_amount_decimal", std::to_string(*price == nullptr ? 0 : unit)}};
    if (*price != nullptr)
        row["pricing"]["price_details"] = {{"price", (*price)->at("id")},
                                           {"product", (*price)->at("product")}};
    if (has_value(of.params, "invoice")) {
        const auto invoice = in_param(of, "invoice", "invoice");
        if (!invoice) return invoice.error();
        if (text_of(**invoice, "status") != "draft")
            return bad_request("Only a draft invoice takes more items.", "invoice",
                               "invoice_not_editable");
        row["invoice"] = (*invoice)->at("id");
        add_line(of.in, **invoice,
                 {int_of(row, "amount"),
                  quantity,
                  text_of(row, "description"),
                  *price,
                  {},
                  {},
                  text_of(row, "id"),
                  of.in.now(),
                  of.in.now()});
    }
    const auto& kept = of.in.data.of("invoiceitem").add(std::move(row));
    of.in.emit("invoiceitem.created", kept);
    return kept;
}

outcome<json> get(call& of) {
    const auto row = in_path(of, "invoiceitem");
    if (!row) return row.error();
    return **row;
}

outcome<json> update(call& of) {
    const auto row = in_path(of, "invoiceitem");
    if (!row) return row.error();
    if (has_value(**row, "invoice"))
        return bad_request("The sandbox changes only items that are not on an invoice yet.");
    if (std::abs(int_of(of.params, "amount")) > 99'999'999)
        return bad_request("Amount must be no more than 99999999.", "amount", "amount_too_large");
    take(**row, of.params, {"amount", "description", "discountable", "period"});
    (**row)["net_amount"] = (*row)->at("amount");
    take_metadata(**row, of.params);
    return **row;
}

outcome<json> remove(call& of) {
    const auto row = in_path(of, "invoiceitem");
    if (!row) return row.error();
    if (has_value(**row, "invoice"))
        return bad_request("This item is on an invoice already and cannot be deleted.");
    const auto id = of.ids.at(0);
    of.in.data.of("invoiceitem").erase(id);
    return json{{"id", id}, {"object", "invoiceitem"}, {"deleted", true}};
}

outcome<json> list(call& of) {
    return list_all(of, "invoiceitem", {"customer", "invoice"}, [&](const json& row) {
        return !of.params.contains("pending") ||
               has_value(row, "invoice") != flag_of(of.params, "pending");
    });
}

}  // namespace

void add_invoice_items(routes& to) {
    to.add("POST /v1/invoiceitems", create);
    to.add("GET /v1/invoiceitems", list);
    to.add("GET /v1/invoiceitems/{invoiceitem}", get);
    to.add("POST /v1/invoiceitems/{invoiceitem}", update);
    to.add("DELETE /v1/invoiceitems/{invoiceitem}", remove);
}

}  // namespace tollgate::sandbox
