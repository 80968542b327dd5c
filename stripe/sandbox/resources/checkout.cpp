// Checkout sessions: a URL to pay at.
#include "stripe/sandbox/kernel/page.hpp"
#include "stripe/sandbox/resources/prices.hpp"
#include "stripe/sandbox/resources/resources.hpp"

namespace tollgate::sandbox {
namespace {

outcome<std::vector<priced_line>> read_lines(call& call, const std::string& mode) {
    std::vector<priced_line> out;
    if (!has_value(call.params, "line_items")) return out;
    std::size_t position = 0;
    for (const auto& line : call.params["line_items"]) {
        const auto param = "line_items[" + std::to_string(position++) + "]";
        if (!has_value(line, "quantity") && !has_value(line, "adjustable_quantity"))
            return bad_request("Quantity is required. Add `quantity` to `" + param + "`", param,
                               "parameter_missing");
        auto read = read_line(call.in, line, param);
        if (!read) return read.error();
        const bool recurring = text_of(*read->price, "type") == "recurring";
        if (recurring && mode == "payment")
            return bad_request(
                "You specified `payment` mode but passed a recurring price. Either switch to "
                "`subscription` mode or use only one-time prices.",
                "mode");
        if (!out.empty() && read->price->at("currency") != out.front().price->at("currency"))
            return bad_request("All line items must have the same currency.", param);
        out.push_back(*read);
    }
    return out;
}

outcome<bool> check_session(call& call, const std::string& mode) {
    const bool hosted = text_of(call.params, "ui_mode", "hosted_page") == "hosted_page";
    if (mode.empty()) return missing_param("mode");
    if (hosted && !has_value(call.params, "success_url")) return missing_param("success_url");
    for (const auto* param : {"success_url", "cancel_url", "return_url"}) {
        const auto url = text_of(call.params, param);
        if (!url.empty() && !url.starts_with("https://") && !url.starts_with("http://"))
            return bad_request("Not a valid URL", param, "url_invalid");
    }
    const bool lines = has_value(call.params, "line_items") && !call.params["line_items"].empty();
    if (mode != "setup" && !lines)
        return bad_request("You must pass `line_items` in `" + mode + "` mode.", "line_items",
                           "parameter_missing");
    if (has_value(call.params, "customer") && has_value(call.params, "customer_email"))
        return bad_request(
            "You may only specify one of these parameters: customer, "
            "customer_email.",
            "customer_email", "parameters_exclusive");
    const auto expires = int_of(call.params, "expires_at", call.in.now() + day_s);
    if (expires < call.in.now() + 30 * 60 || expires > call.in.now() + day_s)
        return bad_request(
            "The `expires_at` timestamp must be between 30 minutes and 24 hours "
            "from now.",
            "expires_at");
    return true;
}

void fill_session(call& call, json& row) {
    take(row, call.params,
         {"success_url", "cancel_url", "return_url", "ui_mode", "client_reference_id",
          "customer_email", "locale", "allow_promotion_codes", "billing_address_collection",
          "customer_creation", "payment_method_collection", "submit_type", "consent_collection",
          "shipping_address_collection", "phone_number_collection"});
    take_metadata(row, call.params);
    if (!row.contains("phone_number_collection"))
        row["phone_number_collection"] = {{"enabled", false}};
    row["customer_details"] = nullptr;
    const auto email = text_of(row, "customer_email");
    if (email.empty()) return;
    row["customer_details"] = {{"address", nullptr},   {"business_name", nullptr},
                               {"email", email},       {"individual_name", nullptr},
                               {"name", nullptr},      {"phone", nullptr},
                               {"tax_exempt", "none"}, {"tax_ids", nullptr}};
}

outcome<json> create_session(call& call) {
    const auto mode = text_of(call.params, "mode");
    if (auto legal = check_session(call, mode); !legal) return legal.error();
    auto row = call.in.make("checkout.session", "cs_test_");
    row["mode"] = mode;
    if (has_value(call.params, "customer")) {
        const auto customer = in_param(call, "customer", "customer");
        if (!customer) return customer.error();
        row["customer"] = (*customer)->at("id");
        row["customer_email"] = (*customer)->at("email");
    }
    auto lines = read_lines(call, mode);
    if (!lines) return lines.error();
    const bool recurring = std::any_of(lines->begin(), lines->end(), [](const auto& line) {
        return text_of(*line.price, "type") == "recurring";
    });
    if (mode == "subscription" && !recurring)
        return bad_request(
            "You must provide at least one recurring price in `subscription` mode "
            "when using prices.",
            "line_items");
    fill_session(call, row);
    const auto id = text_of(row, "id");
    std::int64_t total = 0;
    for (const auto& line : *lines) total += int_of(make_item(call.in, line, id), "amount_total");
    if (!lines->empty()) {
        row["currency"] = lines->front().price->at("currency");
        row["amount_subtotal"] = row["amount_total"] = total;
    }
    row["payment_status"] = mode == "setup" ? "no_payment_required" : "unpaid";
    row["expires_at"] = int_of(call.params, "expires_at", call.in.now() + day_s);
    if (text_of(row, "ui_mode") == "hosted_page")
        row["url"] = "https://checkout.stripe.com/c/pay/" + id;
    else
        row["client_secret"] = id + "_secret_" + call.in.make_text(25);
    return call.in.data.of("checkout.session").add(std::move(row));
}

outcome<json*> find_session(call& call) {
    auto* found = call.in.data.find("checkout.session", call.ids.at(0));
    if (found == nullptr) return no_such("checkout.session", call.ids.at(0), "session", true);
    return found;
}

outcome<json> update_session(call& call) {
    const auto row = find_session(call);
    if (!row) return row.error();
    for (const auto* param :
         {"line_items", "shipping_options", "collected_information", "payment_intent_data"})
        if (call.params.contains(param))
            return bad_request("The sandbox updates a session's metadata only.", param);
    take_metadata(**row, call.params);
    return **row;
}

outcome<json> expire(call& call) {
    const auto row = find_session(call);
    if (!row) return row.error();
    const auto status = text_of(**row, "status");
    if (status != "open")
        return bad_request(
            "Only Checkout Sessions with a status in [\"open\"] can be expired. This Checkout "
            "Session has a status of " +
            status + ".");
    (**row)["status"] = "expired";
    (**row)["url"] = nullptr;
    call.in.emit("checkout.session.expired", **row);
    return **row;
}

outcome<json> list_sessions(call& call) {
    return list_all(call, "checkout.session",
                    {"customer", "payment_intent", "payment_link", "status", "subscription"},
                    [&](const json& row) {
                        if (!has_value(call.params, "customer_details")) return true;
                        return text_of(call.params["customer_details"], "email") ==
                               text_of(row, "customer_email");
                    });
}

outcome<json> session_line_items(call& call) {
    const auto row = find_session(call);
    if (!row) return row.error();
    const auto id = call.ids.at(0);
    return list_page(call, "item", items_of(call.in, id),
                     "/v1/checkout/sessions/" + id + "/line_items");
}

}  // namespace

void add_checkout(routes& to) {
    to.add("POST /v1/checkout/sessions", create_session);
    to.add("GET /v1/checkout/sessions", list_sessions);
    to.add("GET /v1/checkout/sessions/{session}", get_found<find_session>);
    to.add("POST /v1/checkout/sessions/{session}", update_session);
    to.add("POST /v1/checkout/sessions/{session}/expire", expire);
    to.add("GET /v1/checkout/sessions/{session}/line_items", session_line_items);
}

}  // namespace tollgate::sandbox
