#include "tenancy/policy/argument_path.hpp"

#include <algorithm>

namespace tollgate::tenancy {

namespace {

namespace dom = simdjson::dom;

constexpr std::size_t names_max = 8;
constexpr std::size_t name_max = 100;
constexpr int depth_max = 32;
constexpr std::string_view anywhere = "**.";
constexpr std::string_view of_list = "[]";

base::failure bad_path(std::string_view text, std::string_view field) {
    return base::invalid("bad_path",
                         "'" + std::string(text.substr(0, name_max)) +
                             "' is not a path of an argument: write amount, metadata.order, "
                             "line_items[].price_data.unit_amount, or **.amount for that name at "
                             "any depth",
                         std::string(field));
}

bool is_name(std::string_view name) {
    return !name.empty() && name.size() <= name_max &&
           std::ranges::all_of(name, [](unsigned char c) {
               return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                      c == '_' || c == '-' || c == ' ' || c == ':';
           });
}

}  // namespace

base::result<argument_path> argument_path::parse(std::string_view text, std::string_view field) {
    argument_path out;
    out.text_ = text;
    std::string_view left = text;
    if (left.starts_with(anywhere)) {
        out.any_depth_ = true;
        left.remove_prefix(anywhere.size());
    }
    while (true) {
        const auto dot = left.find('.');
        std::string_view name = left.substr(0, dot);
        const bool each = name.ends_with(of_list);
        if (each) name.remove_suffix(of_list.size());
        if (!is_name(name)) return bad_path(text, field);
        out.steps_.push_back({std::string(name), each});
        if (dot == std::string_view::npos) break;
        left.remove_prefix(dot + 1);
    }
    const bool one_name = out.steps_.size() == 1 && !out.steps_.front().each;
    if (out.steps_.size() > names_max || (out.any_depth_ && !one_name))
        return bad_path(text, field);
    return out;
}

std::vector<std::string_view> argument_path::names() const {
    std::vector<std::string_view> out;
    for (const auto& one : steps_) out.push_back(one.name);
    return out;
}

void argument_path::each(const dom::object& arguments, const visitor& visit) const {
    if (any_depth_) {
        search(arguments, visit, 0);
        return;
    }
    walk(arguments, 0, visit);
}

void argument_path::walk(const dom::object& in, std::size_t at, const visitor& visit) const {
    dom::element found;
    if (in.at_key(steps_[at].name).get(found) != simdjson::SUCCESS) return;
    dom::array list;
    const bool last = at + 1 == steps_.size();
    if (!last) return step_into(found, at + 1, visit);
    if (!steps_[at].each || found.get(list) != simdjson::SUCCESS) return visit(found, in);
    for (const auto value : list) visit(value, in);
}

void argument_path::step_into(const dom::element& value, std::size_t next,
                              const visitor& visit) const {
    dom::object inner;
    if (value.get(inner) == simdjson::SUCCESS) return walk(inner, next, visit);
    dom::array list;
    if (value.get(list) != simdjson::SUCCESS) return;
    for (const auto one : list) step_into(one, next, visit);
}

bool argument_path::complete(const dom::object& arguments) const {
    if (any_depth_) {
        bool found = false;
        search(
            arguments,
            [&](const dom::element& value, const dom::object&) {
                found = found || !value.is_null();
            },
            0);
        return found;
    }
    dom::element first;
    if (arguments.at_key(steps_.front().name).get(first) != simdjson::SUCCESS) return false;
    return complete_below(first, 1);
}

bool argument_path::complete_below(const dom::element& value, std::size_t next) const {
    dom::array list;
    if (value.get(list) == simdjson::SUCCESS) {
        std::size_t elements = 0;
        for (const auto one : list) {
            ++elements;
            if (!complete_below(one, next)) return false;
        }
        return elements > 0;
    }
    if (next == steps_.size()) return !value.is_null();
    dom::object inner;
    dom::element found;
    return value.get(inner) == simdjson::SUCCESS &&
           inner.at_key(steps_[next].name).get(found) == simdjson::SUCCESS &&
           complete_below(found, next + 1);
}

std::string_view argument_path::top_name() const {
    return steps_.size() == 1 ? std::string_view(steps_.front().name) : std::string_view{};
}

void argument_path::search(const dom::object& in, const visitor& visit, int depth) const {
    for (const auto member : in) {
        if (member.key == steps_.front().name) visit(member.value, in);
        search_value(member.value, visit, depth + 1);
    }
}

void argument_path::search_value(const dom::element& in, const visitor& visit, int depth) const {
    if (depth > depth_max) return;
    dom::object object;
    if (in.get(object) == simdjson::SUCCESS) return search(object, visit, depth);
    dom::array list;
    if (in.get(list) != simdjson::SUCCESS) return;
    for (const auto value : list) search_value(value, visit, depth + 1);
}

}  // namespace tollgate::tenancy
