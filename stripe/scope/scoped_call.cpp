#include "stripe/scope/scoped_call.hpp"

#include <algorithm>
#include <array>

#include "stripe/request/id_kinds.hpp"

namespace tollgate::stripe {

namespace {

namespace dom = simdjson::dom;
using tenancy::data_scope;
using tenancy::violation;
using found_outside = std::optional<violation>;

struct readable_kind {
    std::string_view object;
    std::string_view path;
};

// Kinds that name their owner, and the paths that read them.
constexpr std::array<readable_kind, 8> readable{{
    {"charge", "/v1/charges/"},
    {"invoice", "/v1/invoices/"},
    {"payment_intent", "/v1/payment_intents/"},
    {"payment_method", "/v1/payment_methods/"},
    {"quote", "/v1/quotes/"},
    {"setup_intent", "/v1/setup_intents/"},
    {"subscription", "/v1/subscriptions/"},
    {"subscription_schedule", "/v1/subscription_schedules/"},
}};

// Kinds that belong to the whole account.
bool is_shared(std::string_view object) {
    return object.empty() || object == "price" || object == "payment_link";
}

bool is_read(const operation& called) {
    return called.method() == http_method::get;
}

violation outside(std::string reason) {
    return {std::move(reason), "Only data inside the scope of this MCP server can be used."};
}

bool names_customer(std::string_view name) {
    return name == "customer" || name == "customer_id" || name == "customer_account";
}

// The first customer in `value` that is not in the scope, found by member name or id prefix.
std::string_view foreign_customer(const dom::element& value, std::string_view name,
                                  const data_scope& scope) {
    dom::object object;
    dom::array array;
    std::string_view text;
    if (value.get(text) == simdjson::SUCCESS) {
        const bool is_customer = names_customer(name) || kind_of_id(text) == "customer";
        return is_customer && !has_customer(scope, text) ? text : std::string_view{};
    }
    if (value.get(object) == simdjson::SUCCESS) {
        for (const auto member : object)
            if (const auto found = foreign_customer(member.value, member.key, scope);
                !found.empty())
                return found;
    } else if (value.get(array) == simdjson::SUCCESS) {
        for (const auto each : array)
            if (const auto found = foreign_customer(each, name, scope); !found.empty())
                return found;
    }
    return {};
}

bool has_path_parameter(const operation& called) {
    return std::ranges::any_of(called.segments(), &path_segment::is_parameter);
}

// An object that does not exist yet must be put into the scope by its arguments.
found_outside outside_creation(const given_arguments& given, const data_scope& scope) {
    if (!scope.customers.empty() && !given.text("customer"))
        return outside("The call must name a customer: its data is limited to some customers.");
    const auto metadata = given.find("metadata");
    dom::object pairs;
    for (const auto& [key, value] : scope.metadata)
        if (!metadata || metadata->get(pairs) != simdjson::SUCCESS ||
            text_member(pairs, key) != value)
            return outside("The call must give metadata." + key +
                           " the value that the scope of this MCP server has.");
    return {};
}

// A write must not move an object out of the scope by changing its metadata.
found_outside leaving_by_metadata(const given_arguments& given, const data_scope& scope) {
    const auto metadata = given.find("metadata");
    if (!metadata || scope.metadata.empty()) return {};
    dom::object pairs;
    if (metadata->get(pairs) != simdjson::SUCCESS)
        return outside("'metadata' may not be cleared here.");
    for (const auto& [key, value] : scope.metadata) {
        dom::element given_value;
        if (pairs.at_key(key).get(given_value) != simdjson::SUCCESS) continue;
        if (text_member(pairs, key) != value)
            return outside("metadata." + key + " decides about the scope and may not be changed.");
    }
    return {};
}

bool limits_objects(const data_scope& scope) {
    return !scope.customers.empty() || !scope.metadata.empty() || scope.days;
}

// A write must name the customer whose data it concerns in `customer`.
found_outside outside_by_owner(const given_arguments& given, const data_scope& scope) {
    if (scope.customers.empty()) {
        if (limits_objects(scope) && given.find("customer_account"))
            return outside("'customer_account' does not say whose data it is.");
        return {};
    }
    const auto customer = given.find("customer");
    if (customer && given.text("customer").value_or("").empty())
        return outside("'customer' may not be empty here.");
    return {};
}

bool is_refund_of_named_payment(const operation& called) {
    return called.path_template() == "/v1/refunds";
}

void collect_ids(const dom::element& value, std::vector<std::string_view>& out) {
    dom::object object;
    dom::array array;
    std::string_view text;
    if (value.get(text) == simdjson::SUCCESS) {
        if (!kind_of_id(text).empty()) out.push_back(text);
    } else if (value.get(object) == simdjson::SUCCESS) {
        for (const auto member : object) collect_ids(member.value, out);
    } else if (value.get(array) == simdjson::SUCCESS) {
        for (const auto each : array) collect_ids(each, out);
    }
}

// True if an object's id alone shows that it is in scope.
bool proven_by_id(const state_subject& subject, const data_scope& scope) {
    return subject.object == "customer" && !scope.customers.empty() && scope.metadata.empty() &&
           !scope.days;
}

void add_proof(state_subject subject, const data_scope& scope, std::vector<state_subject>& out) {
    if (proven_by_id(subject, scope)) return;
    const bool known =
        std::ranges::any_of(out, [&](const state_subject& one) { return one.id == subject.id; });
    if (!known) out.push_back(std::move(subject));
}

}  // namespace

found_outside outside_by_arguments(const scoped_call& call, const data_scope& scope) {
    const auto& called = call.given.called();
    if (!scope.connected_account.empty() && call.connected_account != scope.connected_account)
        return outside("The call must act for the connected account " + scope.connected_account +
                       '.');
    if (called.response() == response_kind::binary)
        return outside("A file does not say whose data it is.");
    if (!scope.customers.empty())
        for (const auto& one : call.given.all())
            if (!foreign_customer(one.value, one.name, scope).empty())
                return outside("'" + std::string(one.name) +
                               "' names a customer outside the scope.");
    if (is_read(called)) return {};
    if (auto why = outside_by_owner(call.given, scope)) return why;
    if (auto why = leaving_by_metadata(call.given, scope)) return why;
    if (has_path_parameter(called) || is_refund_of_named_payment(called)) return {};
    return outside_creation(call.given, scope);
}

std::variant<std::vector<state_subject>, violation> proofs_of(const scoped_call& call,
                                                              const data_scope& scope) {
    std::vector<state_subject> out;
    const auto& called = call.given.called();
    if (is_read(called) || !limits_objects(scope)) return out;
    if (has_path_parameter(called) || is_refund_of_named_payment(called)) {
        auto subject = subject_of(call.given, call.target);
        if (auto* const why = std::get_if<std::string>(&subject)) return outside(std::move(*why));
        add_proof(std::move(std::get<state_subject>(subject)), scope, out);
    }
    std::vector<std::string_view> ids;
    for (const auto& one : call.given.all())
        if (one.as == nullptr || one.as->place() != place::path) collect_ids(one.value, ids);
    for (const auto id : ids) {
        const auto kind = kind_of_id(id);
        if (kind == "customer") {
            add_proof({kind, std::string(id), "/v1/customers/" + std::string(id)}, scope, out);
            continue;
        }
        if (is_shared(kind)) continue;
        const auto found = std::ranges::find(readable, kind, &readable_kind::object);
        if (found == readable.end() || !is_object_id(id))
            return outside("The call names an object that does not say whose data it is.");
        add_proof({found->object, std::string(id), std::string(found->path) + std::string(id)},
                  scope, out);
    }
    if (out.size() > proofs_max) return outside("The call names too many objects to check them.");
    return out;
}

std::string_view customer_to_add(const given_arguments& given, const data_scope& scope) {
    const auto& called = given.called();
    if (!is_read(called) || called.response() != response_kind::list) return {};
    if (scope.customers.size() != 1 || has_path_parameter(called)) return {};
    const auto* const parameter = called.find_parameter("customer");
    if (parameter == nullptr || given.find("customer")) return {};
    return scope.customers.front();
}

}  // namespace tollgate::stripe
