#include "stripe/request/search_query.hpp"

#include <algorithm>
#include <array>
#include <vector>

#include "base/nearest.hpp"
#include "stripe/request/argument_path.hpp"
#include "stripe/request/scalar.hpp"
#include "stripe/request/time_argument.hpp"

namespace tollgate::stripe {

namespace {

using base::failure;
using base::invalid;
using simdjson::dom::array;
using simdjson::dom::element;
using simdjson::dom::object;

constexpr std::string_view metadata_prefix = "metadata.";
constexpr std::size_t searched_metadata_key_max = 40;
constexpr std::size_t value_max = 500;
constexpr std::size_t substring_min = 3;

struct searched {
    search_type type = search_type::string;
    bool substring = false;
    std::string written;  // the field as written in the query
};

struct place_of {
    std::size_t index;

    std::string operator()(std::string_view name) const {
        return "where[" + std::to_string(index) + "]" +
               (name.empty() ? "" : "." + std::string(name));
    }
};

// Quotes and backslashes belong to the query language; unprintable characters are not allowed in a
// query.
std::optional<std::string> quoted_value(std::string_view text) {
    std::string out = "\"";
    for (const char c : text) {
        if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) return {};
        if (c == '"' || c == '\\') out += '\\';
        out += c;
    }
    return out + '"';
}

std::string legal_fields(std::string_view object, std::string_view given) {
    std::vector<std::string_view> names;
    for (const auto& each : search_fields(object)) names.push_back(each.name);
    names.push_back("metadata.KEY");
    std::string out;
    for (const auto name : base::by_distance(given, names))
        out += (out.empty() ? "" : ", ") + std::string(name);
    return out;
}

// `metadata.key`, or metadata["key"] as Stripe writes it.
std::optional<std::string_view> metadata_key(std::string_view field) {
    if (field.starts_with(metadata_prefix)) return field.substr(metadata_prefix.size());
    for (const std::string_view mark : {"\"", "'"}) {
        const std::string head = "metadata[" + std::string(mark);
        const std::string tail = std::string(mark) + "]";
        if (field.starts_with(head) && field.ends_with(tail) &&
            field.size() > head.size() + tail.size())
            return field.substr(head.size(), field.size() - head.size() - tail.size());
    }
    return {};
}

base::result<searched> read_field(std::string_view object, std::string_view field,
                                  const place_of& where) {
    if (const auto key = metadata_key(field)) {
        const auto text = quoted_value(*key);
        if (key->empty() || key->size() > searched_metadata_key_max || !text)
            return invalid("invalid_value",
                           "the key of metadata must be 1 to 40 printable characters",
                           where("field"));
        return searched{search_type::string, false, "metadata[" + *text + "]"};
    }
    for (const auto& each : search_fields(object))
        if (each.name == field) return searched{each.type, each.substring, std::string(field)};
    return invalid("unknown_field",
                   "a " + std::string(object) + " cannot be searched by '" + clipped(field) +
                       "'; legal fields: " + legal_fields(object, field),
                   where("field"));
}

// The value as written in the query: numbers bare, everything else quoted.
base::result<std::string> read_value(const searched& field, element value, const place_of& where) {
    number_text room;
    if (field.type == search_type::number) {
        const auto number =
            field.written == "created" ? time_text(value, room) : integer_text(value, room);
        if (const auto date = number ? date_in_digits(*number) : std::nullopt;
            date && field.written == "created")
            return invalid("invalid_value",
                           "'created' is compared with " + std::string(*number) +
                               ", which as Unix seconds is a day of 1970; if " + *date +
                               " is meant, give \"" + *date + "\"",
                           where("value"));
        if (!number)
            return invalid("wrong_type",
                           "'" + field.written +
                               "' is compared with a whole number: amounts in the smallest unit, "
                               "times as ISO 8601 dates or Unix seconds",
                           where("value"));
        return std::string(*number);
    }
    std::string_view text;
    if (value.get(text) != simdjson::SUCCESS) {
        const auto number = decimal_text(value, room);
        const auto truth = boolean_text(value);
        if (!number && !truth)
            return invalid("wrong_type", "value must be a string, a number or a boolean",
                           where("value"));
        return '"' + std::string(number ? *number : *truth) + '"';
    }
    const auto out = quoted_value(text);
    if (text.empty() || text.size() > value_max || !out)
        return invalid("invalid_value",
                       "value must be 1 to 500 bytes without control characters; op exists tells "
                       "whether there is one",
                       where("value"));
    return *out;
}

base::result<std::string> exists_clause(const searched& field, std::optional<element> value,
                                        const place_of& where) {
    bool wanted = true;
    if (value) {
        const auto truth = boolean_text(*value);
        if (!truth)
            return invalid("wrong_type", "value of op exists must be true or false, or absent",
                           where("value"));
        wanted = *truth == "true";
    }
    return (wanted ? "-" : "") + field.written + ":null";
}

base::result<std::string> clause(const searched& field, std::string_view op,
                                 std::optional<element> value, const place_of& where) {
    constexpr std::array<std::string_view, 8> operators{
        "=", "!=", ">", ">=", "<", "<=", "~", "exists"};
    if (std::ranges::find(operators, op) == operators.end())
        return invalid("unknown_operator",
                       "op must be one of = != > >= < <= ~ exists, not '" + clipped(op) + "'",
                       where("op"));
    if (op == "exists") return exists_clause(field, value, where);
    if (!value) return invalid("missing_argument", "value is missing", where("value"));
    const bool compares = op == ">" || op == ">=" || op == "<" || op == "<=";
    if (compares && field.type != search_type::number)
        return invalid("unknown_operator",
                       "'" + field.written + "' is not a number: it takes =, != and exists" +
                           (field.substring ? ", and ~ for a part of it" : ""),
                       where("op"));
    if (op == "~" && !field.substring)
        return invalid(
            "unknown_operator",
            "'" + field.written + "' cannot be searched by a part of it: use =", where("op"));
    auto text = read_value(field, *value, where);
    if (!text) return text.error();
    if (op == "~" && text->size() < substring_min + 2)
        return invalid("invalid_value", "op ~ needs at least three characters", where("value"));
    if (op == "=") return field.written + ':' + *text;
    if (op == "!=") return '-' + field.written + ':' + *text;
    return field.written + std::string(op) + *text;
}

base::result<std::string> one_clause(std::string_view searched_object, element from,
                                     std::size_t index) {
    const place_of where{index};
    object members;
    if (from.get(members) != simdjson::SUCCESS)
        return invalid("wrong_type", "each entry of where must be an object {field, op, value}",
                       where({}));
    for (const auto& each : members)
        if (each.key != "field" && each.key != "op" && each.key != "value")
            return invalid("unknown_argument",
                           "'" + clipped(each.key) + "' is unknown here: field, op and value",
                           where(clipped(each.key)));
    std::string_view field;
    if (members.at_key("field").get(field) != simdjson::SUCCESS)
        return invalid("missing_argument", "field must be the name of a field", where("field"));
    std::string_view op;
    if (members.at_key("op").get(op) != simdjson::SUCCESS)
        return invalid("missing_argument", "op must be one of = != > >= < <= ~ exists",
                       where("op"));
    element value;
    const bool given = members.at_key("value").get(value) == simdjson::SUCCESS && !value.is_null();
    auto as = read_field(searched_object, field, where);
    if (!as) return as.error();
    return clause(*as, op, given ? std::optional{value} : std::nullopt, where);
}

}  // namespace

base::result<std::string> search_query(const operation& called, element where,
                                       std::optional<element> match) {
    std::string_view how = "all";
    if (match && match->get(how) != simdjson::SUCCESS) how = {};
    if (how != "all" && how != "any")
        return invalid("invalid_value", "'match' must be \"all\" or \"any\"", "match");
    array clauses;
    if (where.get(clauses) != simdjson::SUCCESS || clauses.size() == 0)
        return invalid("wrong_type",
                       "'where' must be an array of {field, op, value} with at least one entry",
                       "where");
    if (clauses.size() > clauses_max)
        return invalid("too_large", "'where' has more than 10 entries, which Stripe does not take",
                       "where");
    const auto objects = called.response_objects();
    const std::string_view searched_object = objects.empty() ? std::string_view{} : objects.front();
    std::string out;
    std::size_t index = 0;
    for (const auto each : clauses) {
        auto text = one_clause(searched_object, each, index++);
        if (!text) return text.error();
        // A query contains only one of the two operators, so the clauses need no brackets.
        if (!out.empty()) out += how == "all" ? " AND " : " OR ";
        out += *text;
    }
    return out;
}

}  // namespace tollgate::stripe
