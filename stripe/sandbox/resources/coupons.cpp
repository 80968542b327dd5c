// Coupons and promotion codes: stored and listed; discounts are not computed.
#include "stripe/sandbox/kernel/page.hpp"
#include "stripe/sandbox/resources/ledger.hpp"
#include "stripe/sandbox/resources/resources.hpp"

namespace tollgate::sandbox {
namespace {

outcome<json> create_coupon(call& call) {
    const bool amount = has_value(call.params, "amount_off");
    const bool percent = has_value(call.params, "percent_off");
    if (amount == percent)
        return bad_request("Pass exactly one of `percent_off` and `amount_off`.", "percent_off",
                           amount ? "parameters_exclusive" : "parameter_missing");
    if (amount && !has_value(call.params, "currency")) return missing_param("currency");
    if (amount) {
        if (auto known = check_currency(text_of(call.params, "currency")); !known)
            return known.error();
    }
    auto row = call.in.make("coupon", "");
    row["id"] = text_of(call.params, "id", call.in.make_text(8));
    if (call.in.data.find("coupon", text_of(row, "id")) != nullptr)
        return bad_request("Coupon already exists.", "id", "resource_already_exists");
    row["duration"] = "once";
    take(row, call.params,
         {"amount_off", "percent_off", "currency", "duration", "duration_in_months",
          "max_redemptions", "name", "redeem_by"});
    if (text_of(row, "duration") == "repeating" && !has_value(row, "duration_in_months"))
        return missing_param("duration_in_months");
    take_metadata(row, call.params);
    const auto& kept = call.in.data.of("coupon").add(std::move(row));
    call.in.emit("coupon.created", kept);
    return kept;
}

outcome<json> get_coupon(call& call) {
    const auto row = in_path(call, "coupon");
    if (!row) return row.error();
    return **row;
}

outcome<json> update_coupon(call& call) {
    const auto row = in_path(call, "coupon");
    if (!row) return row.error();
    take(**row, call.params, {"name"});
    take_metadata(**row, call.params);
    call.in.emit("coupon.updated", **row);
    return **row;
}

outcome<json> delete_coupon(call& call) {
    const auto row = in_path(call, "coupon");
    if (!row) return row.error();
    const auto id = call.ids.at(0);
    call.in.emit("coupon.deleted", **row);
    call.in.data.of("coupon").erase(id);
    return json{{"id", id}, {"object", "coupon"}, {"deleted", true}};
}

outcome<json> list_coupons(call& call) {
    return list_all(call, "coupon", {});
}

outcome<json> create_code(call& call) {
    const auto coupon = text_of(call.params["promotion"], "coupon");
    if (coupon.empty()) return missing_param("promotion[coupon]");
    if (call.in.data.find("coupon", coupon) == nullptr)
        return no_such("coupon", coupon, "promotion[coupon]", false);
    auto row = call.in.make("promotion_code", "promo_");
    row["promotion"]["coupon"] = coupon;
    row["code"] = text_of(call.params, "code", call.in.make_text(8));
    take(row, call.params, {"active", "customer", "expires_at", "max_redemptions"});
    if (has_value(call.params, "restrictions"))
        take(row["restrictions"], call.params["restrictions"],
             {"first_time_transaction", "minimum_amount", "minimum_amount_currency"});
    take_metadata(row, call.params);
    const auto& kept = call.in.data.of("promotion_code").add(std::move(row));
    call.in.emit("promotion_code.created", kept);
    return kept;
}

outcome<json> get_code(call& call) {
    const auto row = in_path(call, "promotion_code");
    if (!row) return row.error();
    return **row;
}

outcome<json> update_code(call& call) {
    const auto row = in_path(call, "promotion_code");
    if (!row) return row.error();
    take(**row, call.params, {"active"});
    take_metadata(**row, call.params);
    call.in.emit("promotion_code.updated", **row);
    return **row;
}

outcome<json> list_codes(call& call) {
    return list_all(call, "promotion_code", {"active", "code", "customer"}, [&](const json& row) {
        return !has_value(call.params, "coupon") ||
               row.at("promotion").at("coupon") == call.params["coupon"];
    });
}

}  // namespace

void add_coupons(routes& to) {
    to.add("POST /v1/coupons", create_coupon);
    to.add("GET /v1/coupons", list_coupons);
    to.add("GET /v1/coupons/{coupon}", get_coupon);
    to.add("POST /v1/coupons/{coupon}", update_coupon);
    to.add("DELETE /v1/coupons/{coupon}", delete_coupon);
    to.add("POST /v1/promotion_codes", create_code);
    to.add("GET /v1/promotion_codes", list_codes);
    to.add("GET /v1/promotion_codes/{promotion_code}", get_code);
    to.add("POST /v1/promotion_codes/{promotion_code}", update_code);
}

}  // namespace tollgate::sandbox
