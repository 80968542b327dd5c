#include "stripe/sandbox/resources/prices.hpp"

#include <algorithm>
#include <charconv>

#include "stripe/sandbox/kernel/page.hpp"
#include "stripe/sandbox/resources/ledger.hpp"
#include "stripe/sandbox/resources/resources.hpp"

namespace tollgate::sandbox {
namespace {

std::string inside(const std::string& param, const std::string& name) {
    return param.empty() ? name : param + "[" + name + "]";
}

outcome<bool> set_amount(json& row, const json& data, const std::string& param) {
    if (has_value(data, "custom_unit_amount")) {
        row["custom_unit_amount"] = data["custom_unit_amount"];
        return true;
    }
    if (has_value(data, "unit_amount_decimal")) {
        const auto text = text_of(data, "unit_amount_decimal");
        row["unit_amount_decimal"] = text;
        std::int64_t whole = 0;
        const auto* end = text.data() + text.size();
        const auto [at, error] = std::from_chars(text.data(), end, whole);
        if (error == std::errc{} && at == end) row["unit_amount"] = whole;
        const bool legal =
            error != std::errc::result_out_of_range && whole >= 0 && whole <= 99'999'999;
        if (!legal)
            return bad_request("Amount must be between 0 and 99999999.",
                               inside(param, "unit_amount_decimal"));
        return true;
    }
    if (!has_value(data, "unit_amount")) {
        if (text_of(data, "billing_scheme") == "tiered") return true;
        return missing_param(inside(param, "unit_amount"));
    }
    const auto amount = int_of(data, "unit_amount");
    if (amount < 0)
        return bad_request("Invalid non-negative integer", inside(param, "unit_amount"),
                           "parameter_invalid_integer");
    if (amount > 99'999'999)
        return bad_request("Amount must be no more than 99999999.", inside(param, "unit_amount"),
                           "amount_too_large");
    row["unit_amount"] = amount;
    row["unit_amount_decimal"] = std::to_string(amount);
    return true;
}

outcome<std::string> product_of(world& in, const json& data, const std::string& param) {
    if (has_value(data, "product_data")) {
        auto product = in.make("product", "prod_");
        take(product, data["product_data"],
             {"name", "description", "images", "statement_descriptor", "unit_label", "tax_code",
              "active"});
        take_metadata(product, data["product_data"]);
        product["updated"] = in.now();
        const auto& kept = in.data.of("product").add(std::move(product));
        in.emit("product.created", kept);
        return text_of(kept, "id");
    }
    auto id = text_of(data, "product");
    if (id.empty())
        return bad_request(
            "You must specify either `product` or `product_data` when creating a "
            "price.",
            inside(param, "product"), "parameter_missing");
    if (param != "default_price_data" && in.data.find("product", id) == nullptr)
        return no_such("product", id, inside(param, "product"), false);
    return id;
}

outcome<json> create_price(call& call) {
    auto made = make_price(call.in, call.params, {});
    if (!made) return made.error();
    return **made;
}

outcome<json> get_price(call& call) {
    const auto row = in_path(call, "price");
    if (!row) return row.error();
    return **row;
}

outcome<json> update_price(call& call) {
    const auto row = in_path(call, "price");
    if (!row) return row.error();
    take(**row, call.params, {"active", "nickname", "lookup_key", "tax_behavior"});
    take_metadata(**row, call.params);
    call.in.emit("price.updated", **row);
    return **row;
}

outcome<json> list_prices(call& call) {
    return list_all(call, "price", {"active", "currency", "product", "type"}, [&](const json& row) {
        if (has_value(call.params, "lookup_keys")) {
            const auto& keys = call.params["lookup_keys"];
            if (std::find(keys.begin(), keys.end(), row.at("lookup_key")) == keys.end())
                return false;
        }
        if (!has_value(call.params, "recurring")) return true;
        for (const auto& [key, value] : call.params["recurring"].items())
            if (row.at("recurring").is_null() || row.at("recurring").at(key) != value) return false;
        return true;
    });
}

outcome<json> search_prices(call& call) {
    return search_all(call, "price", "prices");
}

}  // namespace

outcome<json*> make_price(world& in, const json& data, const std::string& param) {
    const auto currency = text_of(data, "currency");
    if (currency.empty()) return missing_param(inside(param, "currency"));
    if (auto known = check_currency(currency); !known) return known.error();
    auto row = in.make("price", "price_");
    row["currency"] = currency;
    if (auto done = set_amount(row, data, param); !done) return done.error();
    auto product = product_of(in, data, param);
    if (!product) return product.error();
    row["product"] = *product;
    take(row, data,
         {"active", "nickname", "lookup_key", "tax_behavior", "billing_scheme", "tiers_mode",
          "transform_quantity"});
    take_metadata(row, data);
    if (has_value(data, "recurring")) {
        const auto& sent = data["recurring"];
        const auto count = int_of(sent, "interval_count", 1);
        if (count < 1 || count > 1095)
            return bad_request("An interval is at most three years.",
                               inside(param, "recurring") + "[interval_count]");
        row["type"] = "recurring";
        row["recurring"] = {{"interval", text_of(sent, "interval")},
                            {"interval_count", int_of(sent, "interval_count", 1)},
                            {"meter", nullptr},
                            {"trial_period_days", nullptr},
                            {"usage_type", text_of(sent, "usage_type", "licensed")}};
    }
    auto& kept = in.data.of("price").add(std::move(row));
    in.emit("price.created", kept);
    return &kept;
}

outcome<priced_line> read_line(world& in, const json& line, const std::string& param) {
    priced_line out;
    out.quantity = int_of(line, "quantity", 1);
    if (out.quantity < 1)
        return bad_request("This value must be greater than or equal to 1.",
                           inside(param, "quantity"), "parameter_invalid_integer");
    if (out.quantity > 999'999)
        return bad_request("This value must be less than or equal to 999999.",
                           inside(param, "quantity"), "parameter_invalid_integer");
    if (has_value(line, "price")) {
        const auto id = text_of(line, "price");
        out.price = in.data.find("price", id);
        if (out.price == nullptr) return no_such("price", id, inside(param, "price"), false);
        if (!flag_of(*out.price, "active"))
            return bad_request(
                "The price specified is inactive. This field only accepts active "
                "prices.",
                inside(param, "price"));
        return out;
    }
    if (!has_value(line, "price_data"))
        return bad_request("You must specify either `price` or `price_data`.",
                           inside(param, "price"), "parameter_missing");
    auto made = make_price(in, line["price_data"], inside(param, "price_data"));
    if (!made) return made.error();
    out.price = *made;
    return out;
}

json& make_item(world& in, const priced_line& line, const std::string& owner) {
    auto row = in.make("item", "li_");
    const auto amount = int_of(*line.price, "unit_amount") * line.quantity;
    row["amount_subtotal"] = row["amount_total"] = amount;
    row["currency"] = line.price->at("currency");
    row["price"] = *line.price;
    row["quantity"] = line.quantity;
    const auto* product = in.data.find("product", text_of(*line.price, "product"));
    row["description"] = product == nullptr ? json(nullptr) : product->at("name");
    row["_owner"] = owner;
    return in.data.of("item").add(std::move(row));
}

std::vector<json*> items_of(world& in, const std::string& owner) {
    auto rows =
        in.data.newest("item", [&](const json& row) { return text_of(row, "_owner") == owner; });
    std::reverse(rows.begin(), rows.end());
    return rows;
}

void add_prices(routes& to) {
    to.add("POST /v1/prices", create_price);
    to.add("GET /v1/prices", list_prices);
    to.add("GET /v1/prices/search", search_prices);
    to.add("GET /v1/prices/{price}", get_price);
    to.add("POST /v1/prices/{price}", update_price);
}

}  // namespace tollgate::sandbox
