#include "stripe/sandbox/resources/subscription_items.hpp"

#include "stripe/sandbox/resources/billing.hpp"
#include "stripe/sandbox/resources/ledger.hpp"
#include "stripe/sandbox/resources/prices.hpp"

namespace tollgate::sandbox {
namespace {

constexpr std::size_t items_max = 20;

void set_price(json& item, const json& price) {
    item["price"] = price;
    auto plan = blank("plan");
    for (const auto* key :
         {"id", "active", "created", "currency", "nickname", "product", "metadata"})
        plan[key] = price.at(key);
    plan["amount"] = price.at("unit_amount");
    plan["amount_decimal"] = price.at("unit_amount_decimal");
    plan["interval"] = price.at("recurring").at("interval");
    plan["interval_count"] = price.at("recurring").at("interval_count");
    item["plan"] = std::move(plan);
}

outcome<json> make_subscription_item(call& call, const json& line, const std::string& param,
                                     const json& subscription, std::int64_t trial_end) {
    auto read = read_line(call.in, line, param);
    if (!read) return read.error();
    const auto& price = *read->price;
    if (!price.at("recurring").is_object())
        return bad_request(
            "The price specified is set to `type=one_time` but this field only "
            "accepts prices with `type=recurring`.",
            param + "[price]");
    auto item = call.in.make("subscription_item", "si_");
    set_price(item, price);
    item["quantity"] = read->quantity;
    item["subscription"] = subscription.at("id");
    item["current_period_start"] = call.in.now();
    item["current_period_end"] =
        trial_end != 0 ? trial_end
                       : add_interval(call.in.now(), text_of(price.at("recurring"), "interval"),
                                      int_of(price.at("recurring"), "interval_count", 1));
    take_metadata(item, line);
    return item;
}

}  // namespace

outcome<bool> add_items(call& call, json& subscription, std::int64_t trial_end) {
    if (!has_value(call.params, "items") || call.params["items"].empty())
        return missing_param("items");
    if (call.params["items"].size() > items_max)
        return bad_request("A subscription has at most 20 items.", "items");
    auto& items = subscription["items"];
    items["url"] = "/v1/subscription_items?subscription=" + text_of(subscription, "id");
    for (const auto& line : call.params["items"]) {
        const auto param = "items[" + std::to_string(items["data"].size()) + "]";
        auto item = make_subscription_item(call, line, param, subscription, trial_end);
        if (!item) return item.error();
        const auto currency = (*item)["price"]["currency"];
        if (!items["data"].empty() && currency != subscription["currency"])
            return bad_request("All prices of a subscription must have the same currency.", param);
        subscription["currency"] = currency;
        items["data"].push_back(std::move(*item));
    }
    items["total_count"] = items["data"].size();
    return true;
}

outcome<bool> change_items(call& call, json& subscription) {
    if (!has_value(call.params, "items")) return true;
    auto& data = subscription["items"]["data"];
    std::size_t position = 0;
    for (const auto& line : call.params["items"]) {
        const auto param = "items[" + std::to_string(position++) + "]";
        if (!has_value(line, "id")) {
            auto item = make_subscription_item(call, line, param, subscription, 0);
            if (!item) return item.error();
            data.push_back(std::move(*item));
            continue;
        }
        const auto id = text_of(line, "id");
        const auto at = std::find_if(data.begin(), data.end(),
                                     [&](const json& each) { return text_of(each, "id") == id; });
        if (at == data.end()) return no_such("subscription_item", id, param + "[id]", false);
        if (flag_of(line, "deleted")) {
            data.erase(at);
            continue;
        }
        if (int_of(line, "quantity", 1) < 0)
            return bad_request("This value must be greater than or equal to 0.",
                               param + "[quantity]", "parameter_invalid_integer");
        if (has_value(line, "quantity")) (*at)["quantity"] = int_of(line, "quantity");
        if (!has_value(line, "price") && !has_value(line, "price_data")) continue;
        auto read = read_line(call.in, line, param);
        if (!read) return read.error();
        if (!read->price->at("recurring").is_object())
            return bad_request("This field only accepts prices with `type=recurring`.",
                               param + "[price]");
        set_price(*at, *read->price);
    }
    if (data.empty())
        return bad_request("A subscription must have at least one active item.", "items");
    if (data.size() > items_max)
        return bad_request("A subscription has at most 20 items.", "items");
    subscription["items"]["total_count"] = data.size();
    return true;
}

std::string describe_item(world& in, const json& item, bool trial) {
    const auto* product = in.data.find("product", text_of(item.at("price"), "product"));
    const auto name = product == nullptr ? std::string("Subscription") : text_of(*product, "name");
    if (trial) return "Trial period for " + name;
    const auto& price = item.at("price");
    return std::to_string(int_of(item, "quantity", 1)) + " × " + name + " (at " +
           show_amount(int_of(price, "unit_amount"), text_of(price, "currency")) + " / " +
           text_of(price.at("recurring"), "interval") + ")";
}

}  // namespace tollgate::sandbox
