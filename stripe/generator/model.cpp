#include "stripe/generator/model.hpp"

#include <algorithm>

#include "stripe/generator/annotate.hpp"
#include "stripe/generator/naming.hpp"
#include "stripe/generator/tagging.hpp"

namespace tollgate::stripe::generator {

namespace {

bool has(const model_operation& operation, std::string_view name) {
    return std::ranges::count(operation.fact.parameters, name, &fact_parameter::name) != 0;
}

cursor_kind cursor_of(const model_operation& operation) {
    const auto response = operation.fact.response;
    if (response == response_kind::list && has(operation, "starting_after"))
        return cursor_kind::starting_after;
    const bool paged = response == response_kind::search || response == response_kind::v2_list;
    return paged && has(operation, "page") ? cursor_kind::page : cursor_kind::none;
}

std::string why_not_exposable(const fact_operation& fact) {
    // The answer contains nothing else, and a model must not see it.
    if (fact.path == "/v1/terminal/connection_tokens") return "hands out a credential";
    if (fact.path == "/v2/billing/meter_event_session") return "hands out a credential";
    return {};
}

void add_path(model_operation& operation) {
    const auto arguments = path_arguments(operation.fact, operation.tool);
    std::size_t next = 0;
    for (const auto& segment : split_path(operation.fact.path)) {
        if (!is_parameter(segment)) {
            operation.segments.push_back({segment, false});
            continue;
        }
        const auto& name = arguments[next++];
        operation.segments.push_back({name, true});
        model_parameter added;
        added.fact.name = name;
        added.fact.required = true;
        added.place = place::path;
        operation.parameters.push_back(std::move(added));
    }
}

void check(const model_operation& operation) {
    if (operation.tool.size() > 64)
        throw build_error(operation.fact.key() + ": the name is too long: " + operation.tool);
    if (operation.tags.empty())
        throw build_error(operation.fact.key() + ": no rule gives it a tag");
    const auto twice = std::ranges::adjacent_find(
        operation.parameters, {}, [](const auto& p) -> const auto& { return p.fact.name; });
    if (twice != operation.parameters.end())
        throw build_error(operation.fact.key() + ": two arguments named " + twice->fact.name);
}

model_operation build_operation(fact_operation fact) {
    model_operation out;
    out.fact = std::move(fact);
    auto named = name_tool(out.fact);
    out.tool = std::move(named.name);
    out.kind = named.kind;
    out.tags = tag_operation(out.fact);
    add_path(out);
    const auto where = out.fact.method == http_method::post ? place::body : place::query;
    for (const auto& parameter : out.fact.parameters)
        out.parameters.push_back({parameter, where, false});
    std::ranges::sort(out.parameters, {},
                      [](const auto& p) -> const std::string& { return p.fact.name; });
    out.cursor = cursor_of(out);
    out.takes_operation_key = out.fact.method != http_method::get;
    out.test_only = out.fact.path.find("/test_helpers/") != std::string::npos;
    out.hints = annotate(out);
    out.resource = resource_key(out.fact, out.kind);
    out.not_exposable = why_not_exposable(out.fact);
    check(out);
    return out;
}

}  // namespace

model build_model(facts from) {
    model out;
    out.api_version = std::move(from.api_version);
    out.source = std::move(from.source);
    out.objects = std::move(from.objects);
    for (auto& fact : from.operations) out.operations.push_back(build_operation(std::move(fact)));
    std::ranges::sort(out.operations, {}, &model_operation::tool);
    const auto twice = std::ranges::adjacent_find(out.operations, {}, &model_operation::tool);
    if (twice != out.operations.end())
        throw build_error(twice->fact.key() + " and " + std::next(twice)->fact.key() +
                          ": one name for both: " + twice->tool);
    return out;
}

}  // namespace tollgate::stripe::generator
