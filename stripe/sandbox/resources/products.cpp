// Products.
#include "stripe/sandbox/kernel/page.hpp"
#include "stripe/sandbox/resources/prices.hpp"
#include "stripe/sandbox/resources/resources.hpp"

namespace tollgate::sandbox {
namespace {

void apply_product(call& call, json& row) {
    take(row, call.params,
         {"name", "active", "description", "images", "marketing_features", "package_dimensions",
          "shippable", "statement_descriptor", "tax_code", "tax_details", "type", "unit_label",
          "url"});
    take_metadata(row, call.params);
    for (const auto* key : {"images", "marketing_features"})
        if (row[key].is_null()) row[key] = json::array();
    row["updated"] = call.in.now();
}

outcome<json> create_product(call& call) {
    auto row = call.in.make("product", "prod_");
    if (has_value(call.params, "id")) {
        const auto id = text_of(call.params, "id");
        if (call.in.data.find("product", id) != nullptr)
            return bad_request("Product already exists.", "id", "resource_already_exists");
        row["id"] = id;
    }
    apply_product(call, row);
    if (has_value(call.params, "default_price_data")) {
        auto data = call.params["default_price_data"];
        data["product"] = row["id"];
        auto price = make_price(call.in, data, "default_price_data");
        if (!price) return price.error();
        row["default_price"] = (*price)->at("id");
    }
    const auto& kept = call.in.data.of("product").add(std::move(row));
    call.in.emit("product.created", kept);
    return kept;
}

outcome<json> get_product(call& call) {
    const auto row = in_path(call, "product");
    if (!row) return row.error();
    return **row;
}

outcome<json> update_product(call& call) {
    const auto row = in_path(call, "product");
    if (!row) return row.error();
    if (has_value(call.params, "default_price")) {
        const auto price = in_param(call, "price", "default_price");
        if (!price) return price.error();
        if (text_of(**price, "product") != text_of(**row, "id"))
            return bad_request("The default price must belong to the product.", "default_price");
        (**row)["default_price"] = (*price)->at("id");
    }
    apply_product(call, **row);
    call.in.emit("product.updated", **row);
    return **row;
}

outcome<json> remove_product(call& call) {
    const auto row = in_path(call, "product");
    if (!row) return row.error();
    const auto id = text_of(**row, "id");
    const auto prices = call.in.data.newest(
        "price", [&](const json& each) { return text_of(each, "product") == id; });
    if (!prices.empty())
        return bad_request(
            "This product cannot be deleted because it has one or more user-created prices.");
    call.in.emit("product.deleted", **row);
    call.in.data.of("product").erase(id);
    return json{{"id", id}, {"object", "product"}, {"deleted", true}};
}

outcome<json> list_products(call& call) {
    return list_all(call, "product", {"active", "shippable", "type", "url"}, [&](const json& row) {
        if (!has_value(call.params, "ids")) return true;
        const auto& ids = call.params["ids"];
        return std::find(ids.begin(), ids.end(), row.at("id")) != ids.end();
    });
}

outcome<json> search_products(call& call) {
    return search_all(call, "product", "products");
}

}  // namespace

void add_products(routes& to) {
    to.add("POST /v1/products", create_product);
    to.add("GET /v1/products", list_products);
    to.add("GET /v1/products/search", search_products);
    to.add("GET /v1/products/{id}", get_product);
    to.add("POST /v1/products/{id}", update_product);
    to.add("DELETE /v1/products/{id}", remove_product);
}

}  // namespace tollgate::sandbox
