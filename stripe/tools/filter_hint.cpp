#include "stripe/tools/filter_hint.hpp"

#include <algorithm>

#include "stripe/answer/answer.hpp"
#include "stripe/request/own_arguments.hpp"

namespace tollgate::stripe {

namespace {

bool is_field(std::string_view object, std::string_view name) {
    return std::ranges::any_of(object_fields(object),
                               [&](const object_field& one) { return one.name() == name; });
}

bool is_searched_by(std::string_view object, std::string_view name) {
    return std::ranges::any_of(search_fields(object),
                               [&](const search_field& one) { return one.name == name; });
}

// `"where": [{"field": "status", "op": "=", "value": "…"}]`
std::string where_with(std::string_view name) {
    return R"(where [{"field": ")" + std::string(name) + R"(", "op": "=", "value": ...}])";
}

// The visible search for those objects, or null.
const operation* search_of(std::string_view object, const visible_rule& visible) {
    for (const auto& one : operations()) {
        if (one.response() != response_kind::search || !visible(one)) continue;
        const auto objects = one.response_objects();
        if (!objects.empty() && objects.front() == object) return &one;
    }
    return nullptr;
}

}  // namespace

std::string filter_hint(const operation& called, std::string_view name,
                        const visible_rule& visible) {
    const auto objects = called.response_objects();
    if (!is_page(called) || objects.size() != 1 || !is_field(objects.front(), name)) return {};
    const auto object = objects.front();
    const std::string quoted = '\'' + std::string(name) + '\'';
    if (called.response() == response_kind::search)
        return is_searched_by(object, name)
                   ? quoted + " is not an argument of this search: give it in " + where_with(name)
                   : quoted + " is nothing this search finds by: read it from each row";
    std::string out =
        "this list has no filter " + quoted + ": read " + std::string(name) + " from each row";
    const auto* const search = is_searched_by(object, name) ? search_of(object, visible) : nullptr;
    if (search != nullptr)
        out += ", or call " + std::string(search->tool_name()) + " with " + where_with(name);
    if (takes_aggregate(called))
        out += "; aggregate {\"group_by\": \"" + std::string(name) + "\"} counts the rows by it";
    return out;
}

}  // namespace tollgate::stripe
