#include "stripe/sandbox/kernel/world.hpp"

#include "base/crypto.hpp"

namespace tollgate::sandbox {
namespace {

constexpr std::size_t events_max = 10'000;

bool is_past(const json& row, std::string_view key, std::int64_t now) {
    return has_value(row, key) && int_of(row, key) <= now;
}

// The name of the path's parameter in Stripe's errors.
std::string_view path_param(std::string_view object) {
    if (object == "payment_intent") return "intent";
    if (object == "price" || object == "payout" || object == "dispute") return object;
    return "id";
}

}  // namespace

world::world(const base::clock& time, std::string seed) : time_(time), seed_(std::move(seed)) {}

std::int64_t world::now() const {
    return moment_ != 0 ? moment_ : base::to_unix_ms(time_.now()) / 1000;
}

std::string world::make_text(std::size_t characters) {
    std::string out;
    while (out.size() < characters) {
        const auto digest = base::sha256(seed_ + ":" + std::to_string(count_++));
        for (std::size_t i = 0; i + 8 <= digest.size(); i += 8) {
            std::uint64_t value = 0;
            for (std::size_t k = 0; k < 8; ++k) value = (value << 8) | digest[i + k];
            out += base::base62(value, 11).substr(1);
        }
    }
    out.resize(characters);
    return out;
}

std::string world::make_id(std::string_view prefix) {
    const std::size_t characters = prefix == "cs_test_" ? 58 : prefix == "cus_" ? 14 : 24;
    return std::string(prefix) + make_text(characters);
}

json world::make(std::string_view object, std::string_view prefix) {
    auto row = blank(object);
    row["id"] = make_id(prefix);
    if (row.contains("created")) row["created"] = now();
    return row;
}

void world::emit(std::string_view type, const json& object) {
    auto event = make("event", "evt_");
    event["type"] = type;
    event["api_version"] = stripe::api_version();
    event["data"]["object"] = object;
    event["_request"] = true;
    if (!request_id_.empty()) event["request"]["id"] = request_id_;
    if (!request_key_.empty()) event["request"]["idempotency_key"] = request_key_;
    auto& events = data.of("event");
    events.add(std::move(event));
    if (events.rows().size() > events_max)
        events.erase(std::string(text_of(*events.rows().front(), "id")));
}

void world::set_request(std::string id, std::string idempotency_key) {
    request_id_ = std::move(id);
    request_key_ = std::move(idempotency_key);
}

void world::settle() {
    const auto at = now();
    for (const auto& row : data.of("balance_transaction").rows())
        if (text_of(*row, "status") == "pending" && is_past(*row, "available_on", at))
            (*row)["status"] = "available";
    for (const auto& row : data.of("payout").rows()) {
        const auto status = text_of(*row, "status");
        if ((status != "pending" && status != "in_transit") || !is_past(*row, "arrival_date", at))
            continue;
        (*row)["status"] = "paid";
        emit("payout.paid", *row);
    }
    for (const auto& row : data.of("subscription").rows()) {
        if (text_of(*row, "status") == "canceled" || !is_past(*row, "cancel_at", at)) continue;
        (*row)["status"] = "canceled";
        (*row)["ended_at"] = row->at("cancel_at");
        emit("customer.subscription.deleted", *row);
    }
    for (const auto& row : data.of("checkout.session").rows()) {
        if (text_of(*row, "status") != "open" || !is_past(*row, "expires_at", at)) continue;
        (*row)["status"] = "expired";
        (*row)["url"] = nullptr;
        emit("checkout.session.expired", *row);
    }
}

outcome<json*> in_path(call& call, std::string_view object, std::size_t position) {
    const auto& id = call.ids.at(position);
    auto* found = call.in.data.find(object, id);
    if (found == nullptr) return no_such(object, id, path_param(object), true);
    return found;
}

outcome<json*> in_param(call& call, std::string_view object, std::string_view param) {
    const auto id = text_of(call.params, param);
    auto* found = call.in.data.find(object, id);
    const bool gone = found != nullptr && flag_of(*found, "_deleted");
    if (found == nullptr || gone) return no_such(object, id, param, false);
    return found;
}

void take(json& target, const json& params, std::initializer_list<std::string_view> names) {
    for (const auto name : names) {
        const auto found = params.find(name);
        if (found != params.end()) target[std::string(name)] = *found;
    }
}

void take_metadata(json& target, const json& params) {
    const auto found = params.find("metadata");
    if (found == params.end()) return;
    auto& kept = target["metadata"];
    if (found->is_null() || !kept.is_object()) kept = json::object();
    if (found->is_null()) return;
    for (const auto& [key, value] : found->items()) {
        const bool removes =
            value.is_null() || (value.is_string() && value.get_ref<const std::string&>().empty());
        if (removes)
            kept.erase(key);
        else
            kept[key] = value;
    }
}

json full_address(const json& sent) {
    json out = json::object();
    for (const auto* key : {"city", "country", "line1", "line2", "postal_code", "state"}) {
        const auto found = sent.find(key);
        out[key] = found == sent.end() ? json(nullptr) : *found;
    }
    return out;
}

}  // namespace tollgate::sandbox
