#include "stripe/sandbox/kernel/expand.hpp"

#include <algorithm>

#include "stripe/sandbox/kernel/page.hpp"

namespace tollgate::sandbox {
namespace {

constexpr std::size_t expand_levels_max = 4;
using segments = std::span<const std::string>;

// Objects that are whole members of others: not expanded themselves, but paths go through them.
struct inner_object {
    std::string_view outer;
    std::string_view path;
    std::string_view object;
    bool in_data;  // a list object: its items are in "data"
};
constexpr inner_object inner_objects[] = {
    {"subscription", "items", "subscription_item", true},
    {"subscription_item", "price", "price", false},
    {"subscription_item", "plan", "plan", false},
    {"item", "price", "price", false},
    {"invoice", "lines", "line_item", true},
    {"dispute", "balance_transactions", "balance_transaction", false},
    {"customer", "discount", "discount", false},
};

std::vector<std::string> split(std::string_view path) {
    std::vector<std::string> out;
    for (;;) {
        const auto dot = path.find('.');
        out.emplace_back(path.substr(0, dot));
        if (dot == std::string_view::npos) return out;
        path.remove_prefix(dot + 1);
    }
}

std::string join(segments parts) {
    std::string out;
    for (const auto& part : parts) out += (out.empty() ? "" : ".") + part;
    return out;
}

segments behind_data(segments rest) {
    return !rest.empty() && rest.front() == "data" ? rest.subspan(1) : rest;
}

bool is_legal(std::string_view object, segments path) {
    for (auto size = path.size(); size > 0; --size) {
        const auto head = join(path.first(size));
        const auto rest = path.subspan(size);
        for (const auto& target : stripe::expand_targets(object, head)) {
            if (rest.empty()) return true;
            if (target.is_list && rest.front() != "data") continue;
            const auto inner = target.is_list ? behind_data(rest) : rest;
            if (!inner.empty() && is_legal(target.object, inner)) return true;
        }
        for (const auto& each : inner_objects) {
            if (each.outer != object || each.path != head) continue;
            const bool through_data = !rest.empty() && rest.front() == "data";
            if (each.in_data != through_data) continue;
            const auto inner = each.in_data ? behind_data(rest) : rest;
            if (!inner.empty() && is_legal(each.object, inner)) return true;
        }
    }
    return false;
}

api_error cannot(const std::string& path) {
    return bad_request("This property cannot be expanded (" + path + ").", "expand");
}

// A list that `owner` contains only if it is expanded.
json left_out_list(world& in, const json& owner, std::string_view field) {
    const auto object = text_of(owner, "object");
    const auto id = text_of(owner, "id");
    std::vector<json*> rows;
    std::string url = "/v1/" + object + "s/" + id + "/" + std::string(field);
    if (object == "charge" && field == "refunds")
        rows =
            in.data.newest("refund", [&](const json& row) { return text_of(row, "charge") == id; });
    if (object == "customer" && field == "subscriptions")
        rows = in.data.newest("subscription", [&](const json& row) {
            return text_of(row, "customer") == id && text_of(row, "status") != "canceled";
        });
    if (object == "invoice" && field == "payments")
        rows = in.data.newest("invoice_payment",
                              [&](const json& row) { return text_of(row, "invoice") == id; });
    if (field == "line_items") {
        rows =
            in.data.newest("item", [&](const json& row) { return text_of(row, "_owner") == id; });
        std::reverse(rows.begin(), rows.end());
        if (object == "checkout.session") url = "/v1/checkout/sessions/" + id + "/line_items";
    }
    return inner_list(rows, std::move(url));
}

class expander {
public:
    explicit expander(world& in) : in_(in) {}

    void expand(json& value, segments path) {
        if (path.empty()) return;
        if (value.is_array()) {
            for (auto& each : value) expand(each, path);
            return;
        }
        if (!value.is_object()) return;
        const auto object = text_of(value, "object");
        if (object == "list" || object == "search_result") {
            expand(value["data"], behind_data(path));
            return;
        }
        for (auto size = path.size(); size > 0; --size) {
            const auto head = path.first(size);
            const auto targets = stripe::expand_targets(object, join(head));
            const bool inner = std::any_of(
                std::begin(inner_objects), std::end(inner_objects),
                [&](const auto& each) { return each.outer == object && each.path == head[0]; });
            if (targets.empty() && !(inner && size == 1)) continue;
            open(value, head, targets, path.subspan(size));
            return;
        }
    }

private:
    void open(json& owner, segments head, std::span<const stripe::expand_target> targets,
              segments rest) {
        if (!targets.empty() && targets.front().is_list && !owner.contains(head[0]))
            owner[head[0]] = left_out_list(in_, owner, head[0]);
        json* at = &owner;
        for (const auto& part : head) {
            if (at->is_array()) {
                for (auto& each : *at) resolve_in(each, part, targets, rest);
                return;
            }
            if (!at->is_object() || !at->contains(part)) return;
            at = &(*at)[part];
        }
        resolve(*at, targets);
        expand(*at, rest);
    }

    void resolve_in(json& each, const std::string& part,
                    std::span<const stripe::expand_target> targets, segments rest) {
        if (!each.is_object() || !each.contains(part)) return;
        resolve(each[part], targets);
        expand(each[part], rest);
    }

    // Replaces an id (or each id of a list) by the object, if the sandbox has it.
    void resolve(json& value, std::span<const stripe::expand_target> targets) {
        if (value.is_array())
            for (auto& each : value) resolve(each, targets);
        if (!value.is_string()) return;
        const auto id = value.get<std::string>();
        for (const auto& target : targets) {
            if (const auto* found = in_.data.find(target.object, id)) {
                value = *found;
                return;
            }
        }
    }

    world& in_;
};

}  // namespace

outcome<bool> check_expand(const stripe::operation& op, const json& params) {
    const auto found = params.find("expand");
    if (found == params.end() || !found->is_array()) return true;
    const bool page = op.response() == stripe::response_kind::list ||
                      op.response() == stripe::response_kind::search;
    for (const auto& each : *found) {
        const auto path = each.get<std::string>();
        const auto parts = split(path);
        if (parts.size() > expand_levels_max)
            return bad_request(
                "You cannot expand more than 4 levels of a property. Property: " + path, "expand");
        const auto inner = page ? segments(parts).subspan(1) : segments(parts);
        if (page && parts.front() != "data")
            return bad_request("This property cannot be expanded (" + path +
                                   "). You may want to try expanding 'data." + path + "' instead.",
                               "expand");
        const auto objects = op.response_objects();
        const bool legal = std::any_of(objects.begin(), objects.end(), [&](const auto object) {
            return !inner.empty() && is_legal(object, inner);
        });
        if (!legal) return cannot(path);
    }
    return true;
}

outcome<json> expand_answer(call& call, json answer) {
    const auto found = call.params.find("expand");
    if (found == call.params.end() || !found->is_array()) return answer;
    for (const auto& each : *found) {
        const auto parts = split(each.get<std::string>());
        expander(call.in).expand(answer, parts);
    }
    return answer;
}

void strip(json& answer) {
    if (answer.is_array())
        for (auto& each : answer) strip(each);
    if (!answer.is_object()) return;
    for (auto at = answer.begin(); at != answer.end();) {
        if (at.key().starts_with('_') && answer.contains("object")) {
            at = answer.erase(at);
            continue;
        }
        if (at.key() != "metadata") strip(at.value());
        ++at;
    }
}

}  // namespace tollgate::sandbox
