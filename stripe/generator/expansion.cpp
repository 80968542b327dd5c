#include "stripe/generator/expansion.hpp"

#include <algorithm>
#include <set>

namespace tollgate::stripe::generator {

namespace {

constexpr std::size_t paths_max = 12;
constexpr std::ptrdiff_t levels_max = 4;  // Stripe's own limit, including `data`

using object_map = std::map<std::string, fact_object>;
using path_set = std::set<std::string>;

// Deep in the details of one payment method, or one of many files: useful to few callers.
bool rarely_useful(std::string_view path) {
    return std::ranges::count(path, '.') > 1 || path.starts_with("evidence.") ||
           path.starts_with("payment_method_details.");
}

// Useful second hops; others would only lengthen the list.
bool useful_hop(std::string_view path) {
    constexpr std::string_view hops[] = {"balance_transaction",
                                         "charge",
                                         "customer",
                                         "invoice",
                                         "latest_charge",
                                         "payment_intent",
                                         "payment_method",
                                         "product",
                                         "subscription",
                                         "default_payment_method"};
    return std::ranges::count(hops, path) != 0;
}

std::vector<std::string> one_hop(const model_operation& operation, const object_map& objects) {
    path_set found;
    for (const auto& name : operation.fact.objects)
        if (const auto object = objects.find(name); object != objects.end())
            for (const auto& [path, targets] : object->second.expand)
                if (!rarely_useful(path)) found.insert(path);
    std::vector<std::string> out(found.begin(), found.end());
    // Shallow paths first: if there are too many, the deep ones are left out.
    const auto depth = [](const std::string& path) { return std::ranges::count(path, '.'); };
    std::ranges::sort(out, [&](const auto& a, const auto& b) {
        return std::pair(depth(a), std::string_view(a)) < std::pair(depth(b), std::string_view(b));
    });
    return out;
}

void add_second_hops(const std::string& first, const std::vector<std::string>& targets,
                     const object_map& objects, path_set& out) {
    for (const auto& target : targets) {
        const auto object = objects.find(target);
        if (object == objects.end()) continue;
        for (const auto& [path, ignored] : object->second.expand)
            if (useful_hop(path)) out.insert(std::string(first).append(".").append(path));
    }
}

// The type of a field that contains whole objects, with the path to them: "items.data" and
// "subscription_item" for "list:subscription_item". Empty for any other field.
std::pair<std::string, std::string> held_object(const std::string& field, std::string_view type) {
    const auto bare = type.substr(0, type.find_first_of("?~"));
    if (bare.starts_with("obj:")) return {field, std::string(bare.substr(4))};
    if (bare.starts_with("list:")) return {field + ".data", std::string(bare.substr(5))};
    return {};
}

// Adds the paths to a price's product in the objects that the answer contains.
void add_products(const std::string& object, const std::string& head, const object_map& objects,
                  int depth, path_set& out) {
    const auto found = objects.find(object);
    if (found == objects.end() || depth == 0) return;
    for (const auto& [field, type] : found->second.fields) {
        const auto [path, held] = held_object(head + field, type);
        if (held == "price") out.insert(path + ".product");
        if (held == "subscription_item" || held == "item")
            add_products(held, path + '.', objects, depth - 1, out);
    }
}

path_set two_hops(const model_operation& operation, const object_map& objects) {
    path_set out;
    for (const auto& name : operation.fact.objects) {
        const auto object = objects.find(name);
        if (object == objects.end()) continue;
        for (const auto& [path, targets] : object->second.expand)
            if (useful_hop(path)) add_second_hops(path, targets, objects, out);
    }
    return out;
}

path_set products(const model_operation& operation, const object_map& objects) {
    path_set out;
    for (const auto& name : operation.fact.objects) add_products(name, {}, objects, 2, out);
    return out;
}

}  // namespace

std::vector<std::string> expand_paths(const model_operation& operation, const object_map& objects) {
    const auto held = products(operation, objects);
    std::vector<std::string> out(held.begin(), held.end());
    for (auto& path : one_hop(operation, objects)) out.push_back(std::move(path));
    for (const auto& path : two_hops(operation, objects)) out.push_back(path);
    const bool page = operation.fact.response == response_kind::list ||
                      operation.fact.response == response_kind::search;
    std::erase_if(out, [&](const std::string& path) {
        return std::ranges::count(path, '.') + 1 + (page ? 1 : 0) > levels_max;
    });
    if (out.size() > paths_max) out.resize(paths_max);
    if (page)
        for (auto& path : out) path.insert(0, "data.");
    std::ranges::sort(out);
    return out;
}

}  // namespace tollgate::stripe::generator
