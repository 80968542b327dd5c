#include "stripe/listing/search_calls.hpp"

#include <algorithm>
#include <array>
#include <initializer_list>
#include <optional>
#include <vector>

#include "base/json_text.hpp"
#include "base/nearest.hpp"
#include "base/text.hpp"
#include "stripe/listing/description.hpp"
#include "stripe/listing/named_tools.hpp"

namespace tollgate::stripe {

namespace {

namespace dom = simdjson::dom;
using base::invalid;
using base::result;

std::string quoted_text(std::string_view text) {
    return "'" + std::string(base::clipped_text(text, base::quoted_bytes_max)) + "'";
}

result<> only_known(dom::object arguments, std::initializer_list<std::string_view> known) {
    const std::vector<std::string_view> names{known};
    for (const auto given : arguments) {
        if (std::find(names.begin(), names.end(), given.key) != names.end()) continue;
        const auto near = base::nearest_word(given.key, names);
        std::string message = "There is no argument " + quoted_text(given.key);
        message += near.empty() ? "." : "; did you mean '" + std::string(near) + "'?";
        return invalid("unknown_argument", std::move(message),
                       std::string(given.key.substr(0, 64)));
    }
    return {};
}

// Returns nullopt if it is absent and not required.
result<std::optional<std::string_view>> text_of(dom::object arguments, const std::string& name,
                                                bool required) {
    dom::element value;
    if (arguments.at_key(name).get(value) != simdjson::SUCCESS) {
        if (required) return invalid("missing_argument", name + " is required.", name);
        return std::optional<std::string_view>{};
    }
    std::string_view text;
    if (value.get(text) != simdjson::SUCCESS)
        return invalid("wrong_type", name + " must be a string.", name);
    return std::optional<std::string_view>{text};
}

result<std::int64_t> limit_of(dom::object arguments) {
    dom::element value;
    if (arguments["limit"].get(value) != simdjson::SUCCESS) return found_default;
    std::int64_t limit = 0;
    if (value.get(limit) != simdjson::SUCCESS || limit < 1 || limit > found_max)
        return invalid("invalid_value", "limit must be a whole number from 1 to 20.", "limit");
    return limit;
}

bool is_own_argument(std::string_view name) {
    constexpr std::array<std::string_view, 6> own{"fields", "max_tokens", "next_cursor",
                                                  "where",  "match",      "aggregate"};
    return std::ranges::find(own, name) != own.end();
}

// Refuses an argument of the operation that was given beside `operation` instead of inside
// `arguments`.
result<> nothing_beside(dom::object arguments) {
    const operation* const called = operation_named_in(arguments);
    for (const auto given : arguments) {
        if (called == nullptr || given.key == "operation" || given.key == "arguments") continue;
        const auto* const parameter = called->find_parameter(given.key);
        if (parameter == nullptr && !is_own_argument(given.key)) continue;
        return invalid("unknown_argument",
                       quoted_text(given.key) +
                           " belongs to the operation: put it into arguments, as " +
                           "{\"operation\": \"" + std::string(called->tool_name()) +
                           "\", \"arguments\": {\"" + std::string(given.key) + "\": ...}}.",
                       std::string(given.key.substr(0, 64)));
    }
    return {};
}

void append_found(std::string& out, const operation& one, const visible_rule& visible,
                  dom::parser& parser) {
    out += '{';
    base::json_members members{out};
    members.text("operation", one.tool_name()).text("call_with", caller_name(one));
    const auto digest = digest_of(one, parser);
    std::string description;
    base::append_json_string(description, digest.description);
    members.raw("description",
                names_others(one) ? without_hidden_names(description, one, visible) : description);
    if (!digest.required_json.empty()) members.raw("required", digest.required_json);
    out += '}';
}

result<const operation*> named_operation(dom::object arguments, const visible_rule& visible) {
    const auto name = text_of(arguments, "operation", true);
    if (!name) return name.error();
    const operation* const found = find_tool(**name);
    if (found != nullptr && visible(*found)) return found;
    if (found != nullptr)
        return invalid("operation_not_exposed",
                       "The operation " + quoted_text(**name) +
                           " is not exposed by this MCP server: its methods, tags or tool lists "
                           "leave it out. An administrator can widen them.",
                       "operation");
    nearest_name meant{(**name).substr(0, base::quoted_bytes_max)};
    offer_visible(meant, visible);
    const auto near = meant.found();
    std::string message = "There is no operation " + quoted_text(**name);
    message += near.empty() ? "; find_stripe_operations finds them."
                            : "; did you mean '" + std::string(near) + "'?";
    return invalid("unknown_operation", std::move(message), "operation");
}

}  // namespace

result<std::string_view> sole_text(dom::object arguments, std::string_view name) {
    const auto known = only_known(arguments, {name});
    if (!known) return known.error();
    const auto text = text_of(arguments, std::string(name), true);
    if (!text) return text.error();
    return **text;
}

void offer_visible(nearest_name& to, const visible_rule& visible) {
    for (const auto& one : operations())
        if (visible(one)) to.offer(one.tool_name());
}

result<std::string> answer_find(dom::object arguments, const operation_finder& finder,
                                const visible_rule& visible, dom::parser& parser) {
    const auto known = only_known(arguments, {"query", "limit"});
    if (!known) return known.error();
    const auto query = text_of(arguments, "query", true);
    if (!query) return query.error();
    const auto limit = limit_of(arguments);
    if (!limit) return limit.error();
    const auto found = finder.find(**query, visible, static_cast<std::size_t>(*limit));
    std::string out = R"({"operations":[)";
    for (const auto& one : found) {
        if (out.back() != '[') out += ',';
        append_found(out, *one.which, visible, parser);
    }
    out += ']';
    if (found.empty())
        base::json_members{out += ','}.text(
            "note",
            "Nothing that this MCP server exposes matches. Other words may, such as the name of "
            "the object: charge, invoice, payout.");
    out += '}';
    return out;
}

result<std::string> answer_describe(dom::object arguments, const visible_rule& visible,
                                    const tool_text& shown, dom::parser& parser) {
    const auto known = only_known(arguments, {"operation", "argument"});
    if (!known) return known.error();
    const auto found = named_operation(arguments, visible);
    if (!found) return found.error();
    const auto part = text_of(arguments, "argument", false);
    if (!part) return part.error();
    return describe_operation(**found, shown(**found), part->value_or(std::string_view{}), parser);
}

const operation* operation_named_in(dom::object arguments) {
    std::string_view name;
    if (arguments["operation"].get(name) != simdjson::SUCCESS) return nullptr;
    return find_tool(name);
}

result<wrapped_call> unwrap(search_tool through, dom::object arguments,
                            const visible_rule& visible) {
    if (const auto beside = nothing_beside(arguments); !beside) return beside.error();
    const auto known = only_known(arguments, {"operation", "arguments"});
    if (!known) return known.error();
    const auto found = named_operation(arguments, visible);
    if (!found) return found.error();
    if (caller_of(**found) != through)
        return invalid("wrong_caller",
                       std::string((*found)->tool_name()) + " is called with " +
                           std::string(caller_name(**found)) + ".",
                       "operation");
    wrapped_call out;
    out.called = *found;
    dom::element inner;
    out.without_arguments =
        arguments["arguments"].get(inner) != simdjson::SUCCESS || inner.is_null();
    if (!out.without_arguments && inner.get(out.arguments) != simdjson::SUCCESS)
        return invalid("wrong_type", "arguments must be an object.", "arguments");
    return out;
}

}  // namespace tollgate::stripe
