#include "stripe/scope/inside.hpp"

#include <algorithm>
#include <chrono>

namespace tollgate::stripe {

namespace {

namespace dom = simdjson::dom;
using tenancy::data_scope;

// The id of the customer that the object is or belongs to; empty if it names none.
std::string_view customer_of(dom::object object) {
    if (text_member(object, "object") == "customer") return text_member(object, "id");
    dom::object expanded;
    if (object["customer"].get(expanded) == simdjson::SUCCESS) return text_member(expanded, "id");
    return text_member(object, "customer");
}

bool carries(dom::object object, const data_scope& scope) {
    if (scope.metadata.empty()) return true;
    dom::object metadata;
    if (object["metadata"].get(metadata) != simdjson::SUCCESS) return false;
    return std::ranges::all_of(scope.metadata, [&](const auto& pair) {
        return !pair.second.empty() && text_member(metadata, pair.first) == pair.second;
    });
}

bool is_recent(dom::object object, const data_scope& scope, base::timestamp now) {
    if (!scope.days) return true;
    std::int64_t created = 0;
    if (object["created"].get(created) != simdjson::SUCCESS) return false;
    return now - base::timestamp{std::chrono::seconds{created}} <=
           std::chrono::hours{24 * *scope.days};
}

bool holds(const data_scope& scope, dom::object object, base::timestamp now) {
    const bool owned =
        scope.customers.empty() || std::ranges::binary_search(scope.customers, customer_of(object));
    return owned && carries(object, scope) && is_recent(object, scope, now);
}

bool is_proven(dom::object object, const std::vector<std::string>& proven) {
    if (proven.empty()) return false;
    for (const auto name : {"id", "charge", "payment_intent", "invoice", "subscription"})
        if (const auto id = text_member(object, name); !id.empty())
            if (std::ranges::find(proven, id) != proven.end()) return true;
    return false;
}

}  // namespace

std::string_view text_member(dom::object object, std::string_view name) {
    std::string_view out;
    return object.at_key(name).get(out) == simdjson::SUCCESS ? out : std::string_view{};
}

bool has_customer(const data_scope& scope, std::string_view id) {
    return scope.customers.empty() || std::ranges::binary_search(scope.customers, id);
}

bool is_inside(dom::object object, const data_limits& limits) {
    dom::object about;
    if (text_member(object, "object") == "event" &&
        object["data"]["object"].get(about) == simdjson::SUCCESS)
        object = about;
    if (is_proven(object, limits.proven)) return true;
    return std::ranges::all_of(limits.scopes, [&](const tenancy::scope_use& use) {
        return holds(*use.scope, object, limits.now);
    });
}

}  // namespace tollgate::stripe
