#include "stripe/request/own_arguments.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "stripe/catalog/members.hpp"
#include "stripe/request/argument_path.hpp"
#include "stripe/request/scalar.hpp"
#include "stripe/request/search_query.hpp"

namespace tollgate::stripe {

namespace {

using base::failure;
using base::invalid;
using simdjson::dom::array;
using simdjson::dom::element;
using simdjson::dom::object;

constexpr std::size_t fields_max = 100;
constexpr std::size_t field_bytes_max = 200;
constexpr std::size_t cursor_bytes_max = 4000;

bool legal_path(std::string_view path) {
    const auto legal = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               c == '_' || c == '-' || c == '.' || c == '*' || c == '[' || c == ']' || c == ' ';
    };
    return !path.empty() && path.size() <= field_bytes_max && std::ranges::all_of(path, legal);
}

std::optional<failure> read_fields(element from, own_arguments& out) {
    array names;
    failure wrong = invalid("wrong_type",
                            "'fields' must be an array of names such as [\"default\", "
                            "\"metadata\", \"customer.email\"], or [\"*\"] for all",
                            "fields");
    if (from.get(names) != simdjson::SUCCESS) return wrong;
    for (const auto each : names) {
        std::string_view name;
        if (each.get(name) != simdjson::SUCCESS) return wrong;
        if (!legal_path(name))
            return invalid(
                "invalid_value",
                "'fields' has an entry that is not a name: names are as in an answer, with "
                "dots between them (billing_details.email)",
                "fields");
        out.fields.emplace_back(name);
    }
    if (out.fields.size() > fields_max)
        return invalid("too_large", "'fields' has more than 100 names; [\"*\"] gives all",
                       "fields");
    return {};
}

std::optional<failure> read_tokens(element from, std::uint32_t most, own_arguments& out) {
    number_text room;
    const auto text = integer_text(from, room);
    const std::string range = std::to_string(call_tokens_min) + " to " + std::to_string(most);
    if (!text)
        return invalid("wrong_type", "'max_tokens' must be an integer from " + range, "max_tokens");
    const bool long_text = text->size() > 9;
    const auto given = long_text ? 0 : std::strtol(std::string(*text).c_str(), nullptr, 10);
    if (long_text || given < static_cast<long>(call_tokens_min) || given > static_cast<long>(most))
        return invalid("invalid_value",
                       "'max_tokens' must be from " + range + ", which this MCP server allows",
                       "max_tokens");
    out.tokens_max = static_cast<std::uint32_t>(given);
    return {};
}

std::optional<failure> read_cursor(element from, own_arguments& out) {
    std::string_view given;
    if (from.get(given) != simdjson::SUCCESS)
        return invalid("wrong_type", "'next_cursor' must be the string that the answer before gave",
                       "next_cursor");
    if (given.empty() || given.size() > cursor_bytes_max)
        return invalid("bad_cursor",
                       "'next_cursor' did not come from an answer; leave it out for the first "
                       "page",
                       "next_cursor");
    out.next_cursor = given;
    return {};
}

std::optional<failure> read_search(const given_arguments& given, own_arguments& out) {
    const auto where = given.find("where");
    const auto match = given.find("match");
    if (where && given.find("query"))
        return invalid("invalid_value",
                       "give either 'where' or 'query', not both: 'where' becomes the query",
                       "where");
    if (match && !where)
        return invalid("invalid_value", "'match' goes with 'where', which is missing", "match");
    if (where) {
        auto made = search_query(given.called(), *where, match);
        if (!made) return made.error();
        out.query = std::move(*made);
        out.names.emplace_back("query");
    }
    out.names.emplace_back("where");
    out.names.emplace_back("match");
    return {};
}

// Expanded objects are also shown. `expand` itself is Stripe's: values of the wrong type are left
// to the encoder.
std::optional<failure> read_expand(const given_arguments& given, own_arguments& out) {
    array paths;
    const auto* const known = given.called().find_parameter("expand");
    const auto value = given.find("expand");
    if (known == nullptr || !value || value->get(paths) != simdjson::SUCCESS) return {};
    for (const auto each : paths) {
        std::string_view path;
        if (each.get(path) != simdjson::SUCCESS) continue;
        if (!legal_path(path))
            return invalid(
                "invalid_value",
                "'expand' has an entry that is not a path: paths are the names of fields "
                "with dots between them (data.customer)",
                "expand");
        out.expanded.emplace_back(path);
    }
    return {};
}

// Reads one member of `aggregate`; returns a failure if it is refused.
std::optional<failure> read_aggregate_member(std::string_view name, element value,
                                             aggregate_request& out) {
    const std::string place = "aggregate." + clipped(name);
    if (name == "top") {
        std::int64_t rows = 0;
        if (value.get(rows) != simdjson::SUCCESS || rows < 1 || rows > top_rows_max)
            return invalid(
                "invalid_value",
                "'aggregate.top' must be a whole number from 1 to " + std::to_string(top_rows_max),
                place);
        out.top = static_cast<std::uint32_t>(rows);
        return {};
    }
    std::string* const into = name == "group_by" ? &out.group_by
                              : name == "value"  ? &out.value
                                                 : nullptr;
    if (into == nullptr)
        return invalid("unknown_argument",
                       "unknown argument '" + place + "'; known: group_by, value, top", place);
    std::string_view path;
    if (value.get(path) != simdjson::SUCCESS || !legal_path(path))
        return invalid("wrong_type",
                       '\'' + place + "' must be the name of a field, with dots between names",
                       place);
    *into = path;
    return {};
}

bool is_time(const operation& called, std::string_view path) {
    const auto objects = called.response_objects();
    const auto name = path.substr(path.rfind('.') + 1);
    return facts_of_member(objects.empty() ? std::string_view{} : objects.front(), {}, name).time;
}

// "month" means created.month, and "arrival_date.week" groups a time by weeks.
void split_time_span(aggregate_request& aggregate) {
    constexpr std::array<std::pair<std::string_view, time_span>, 3> spans{
        {{"day", time_span::day}, {"week", time_span::week}, {"month", time_span::month}}};
    const auto dot = aggregate.group_by.rfind('.');
    const std::string_view last = dot == std::string::npos
                                      ? aggregate.group_by
                                      : std::string_view(aggregate.group_by).substr(dot + 1);
    for (const auto& [word, span] : spans) {
        if (last != word) continue;
        aggregate.by = span;
        aggregate.group_by =
            dot == std::string::npos ? "created" : aggregate.group_by.substr(0, dot);
        return;
    }
}

}  // namespace

base::result<own_arguments> read_own_arguments(const given_arguments& given,
                                               std::uint32_t tokens_max) {
    own_arguments out;
    out.names = {"fields", "max_tokens"};
    if (auto why = read_expand(given, out)) return *std::move(why);
    if (const auto fields = given.find("fields"))
        if (auto why = read_fields(*fields, out)) return *std::move(why);
    if (const auto tokens = given.find("max_tokens"))
        if (auto why = read_tokens(*tokens, std::max(tokens_max, call_tokens_min), out))
            return *std::move(why);
    if (given.called().cursor() != cursor_kind::none) {
        out.names.emplace_back("next_cursor");
        if (const auto cursor = given.find("next_cursor"))
            if (auto why = read_cursor(*cursor, out)) return *std::move(why);
    }
    if (given.called().response() == response_kind::search)
        if (auto why = read_search(given, out)) return *std::move(why);
    return out;
}

bool takes_aggregate(const operation& called) noexcept {
    return called.cursor() != cursor_kind::none && called.response() != response_kind::search;
}

base::result<std::optional<aggregate_request>> read_aggregate(const given_arguments& given) {
    const auto value = given.find("aggregate");
    if (!value) return std::optional<aggregate_request>{};
    if (!takes_aggregate(given.called()))
        return invalid("unknown_argument", "unknown argument 'aggregate': only lists have it",
                       "aggregate");
    object members;
    if (value->get(members) != simdjson::SUCCESS)
        return invalid("wrong_type", "'aggregate' must be an object {group_by, value, top}",
                       "aggregate");
    aggregate_request out;
    for (const auto& each : members)
        if (auto why = read_aggregate_member(each.key, each.value, out)) return *std::move(why);
    if (out.top > 0 && out.value.empty())
        return invalid("missing_argument",
                       "'aggregate.top' names the rows with the largest value: give "
                       "'aggregate.value' too, such as amount",
                       "aggregate.value");
    split_time_span(out);
    if (out.by != time_span::none && !is_time(given.called(), out.group_by))
        return invalid("invalid_value",
                       "'aggregate.group_by' puts times together by day, week or month, and '" +
                           clipped(out.group_by) + "' is not a time",
                       "aggregate.group_by");
    return std::optional{std::move(out)};
}

}  // namespace tollgate::stripe
