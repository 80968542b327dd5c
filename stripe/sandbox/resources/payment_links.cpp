// Payment links.
#include "stripe/sandbox/kernel/page.hpp"
#include "stripe/sandbox/resources/prices.hpp"
#include "stripe/sandbox/resources/resources.hpp"

namespace tollgate::sandbox {
namespace {

void fill_link(call& call, json& row) {
    take(row, call.params,
         {"active", "allow_promotion_codes", "billing_address_collection", "customer_creation",
          "inactive_message", "payment_method_collection", "payment_method_types", "submit_type"});
    if (has_value(call.params, "phone_number_collection"))
        row["phone_number_collection"] = call.params["phone_number_collection"];
    if (has_value(call.params, "after_completion")) {
        const auto& sent = call.params["after_completion"];
        row["after_completion"] = sent;
        if (text_of(sent, "type") == "hosted_confirmation" &&
            !has_value(sent, "hosted_confirmation"))
            row["after_completion"]["hosted_confirmation"] = {{"custom_message", nullptr}};
    }
    if (has_value(call.params, "restrictions")) {
        row["restrictions"] = call.params["restrictions"];
        row["restrictions"]["completed_sessions"]["count"] = 0;
    }
    take_metadata(row, call.params);
}

outcome<json> create_link(call& call) {
    std::vector<priced_line> lines;
    for (const auto& line : call.params["line_items"]) {
        const auto param = "line_items[" + std::to_string(lines.size()) + "]";
        auto read = read_line(call.in, line, param);
        if (!read) return read.error();
        lines.push_back(*read);
    }
    if (lines.empty()) return missing_param("line_items");
    if (lines.size() > 20) return bad_request("At most 20 line items.", "line_items");
    auto row = call.in.make("payment_link", "plink_");
    row["currency"] = lines.front().price->at("currency");
    row["url"] = "https://buy.stripe.com/test_" + call.in.make_text(18);
    row["_created"] = call.in.now();
    fill_link(call, row);
    for (const auto& line : lines) make_item(call.in, line, text_of(row, "id"));
    const auto& kept = call.in.data.of("payment_link").add(std::move(row));
    call.in.emit("payment_link.created", kept);
    return kept;
}

outcome<json> get_link(call& call) {
    const auto row = in_path(call, "payment_link");
    if (!row) return row.error();
    return **row;
}

outcome<json> update_link(call& call) {
    const auto row = in_path(call, "payment_link");
    if (!row) return row.error();
    if (call.params.contains("line_items"))
        return bad_request("The sandbox does not change a link's line items.", "line_items");
    fill_link(call, **row);
    call.in.emit("payment_link.updated", **row);
    return **row;
}

outcome<json> list_links(call& call) {
    return list_all(call, "payment_link", {"active"});
}

outcome<json> link_line_items(call& call) {
    const auto row = in_path(call, "payment_link");
    if (!row) return row.error();
    const auto id = call.ids.at(0);
    return list_page(call, "item", items_of(call.in, id),
                     "/v1/payment_links/" + id + "/line_items");
}

}  // namespace

void add_payment_links(routes& to) {
    to.add("POST /v1/payment_links", create_link);
    to.add("GET /v1/payment_links", list_links);
    to.add("GET /v1/payment_links/{payment_link}", get_link);
    to.add("POST /v1/payment_links/{payment_link}", update_link);
    to.add("GET /v1/payment_links/{payment_link}/line_items", link_line_items);
}

}  // namespace tollgate::sandbox
