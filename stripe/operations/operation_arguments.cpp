#include "stripe/operations/operation_arguments.hpp"

#include <algorithm>
#include <vector>

#include "base/json_text.hpp"
#include "base/nearest.hpp"
#include "base/text.hpp"
#include "stripe/catalog/money.hpp"
#include "stripe/content/email.hpp"
#include "stripe/state/subjects.hpp"

namespace tollgate::stripe {

namespace {

namespace dom = simdjson::dom;
using base::invalid;

constexpr std::string_view blanks = " \t\r\n";

std::string_view trimmed(std::string_view text) {
    const auto first = text.find_first_not_of(blanks);
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(blanks) - first + 1);
}

std::string in_quotes(std::string_view text) {
    return "'" + std::string(base::clipped_text(text, base::quoted_bytes_max)) + "'";
}

base::failure unknown_argument(dom::object properties, std::string_view name) {
    std::vector<std::string_view> known;
    for (const auto member : properties) known.push_back(member.key);
    const auto near = base::nearest_word(name, known);
    std::string why = "There is no argument " + in_quotes(name) + '.';
    if (!near.empty()) why += " Did you mean " + std::string(near) + '?';
    return invalid("unknown_argument", std::move(why),
                   std::string(base::clipped_text(name, base::quoted_bytes_max)));
}

base::result<> check_text(const std::string& name, std::string& text) {
    if (text.empty()) return invalid("missing_argument", name + " must not be empty.", name);
    if (text.size() > operation_text_max && name != "next_cursor")
        return invalid(
            "too_large",
            name + " must be at most " + std::to_string(operation_text_max) + " bytes long.", name);
    if (name == "email" && !is_email(text))
        return invalid("invalid_value", in_quotes(text) + " is not an e-mail address.", name);
    if (name == "payment" &&
        (!(text.starts_with("pi_") || text.starts_with("ch_") || text.starts_with("py_")) ||
         !is_object_id(text)))
        return invalid(
            "invalid_value",
            in_quotes(text) + " is not the id of a payment: those begin with pi_ or ch_.", name);
    if (name == "currency") {
        text = base::to_lower(text);
        if (!is_currency(text))
            return invalid("invalid_value",
                           in_quotes(text) + " is not a currency: give three letters, such as usd.",
                           name);
    }
    return {};
}

base::result<> check_number(const std::string& name, std::int64_t value, dom::element property) {
    std::int64_t low = 0;
    std::int64_t high = 0;
    if (property["minimum"].get(low) == simdjson::SUCCESS && value < low)
        return invalid("invalid_value", name + " must be at least " + std::to_string(low) + '.',
                       name);
    if (property["maximum"].get(high) == simdjson::SUCCESS && value > high)
        return invalid("invalid_value", name + " must be at most " + std::to_string(high) + '.',
                       name);
    return {};
}

base::result<> read_member(const std::string& name, dom::element value, dom::element property,
                           operation_arguments& out) {
    const std::string_view type = property["type"].get_string().value();
    const auto wrong = [&](std::string_view kind) {
        return invalid("wrong_type", name + " must be " + std::string(kind) + '.', name);
    };
    if (type == "string") {
        std::string_view given;
        if (value.get(given) != simdjson::SUCCESS) return wrong("a text");
        std::string text{trimmed(given)};
        if (auto good = check_text(name, text); !good) return good;
        out.texts.emplace(name, std::move(text));
        return {};
    }
    if (type == "boolean") {
        bool given = false;
        if (value.get(given) != simdjson::SUCCESS) return wrong("true or false");
        out.truths.emplace(name, given);
        return {};
    }
    std::int64_t given = 0;
    if (value.get(given) != simdjson::SUCCESS) return wrong("a whole number");
    if (auto good = check_number(name, given, property); !good) return good;
    out.numbers.emplace(name, given);
    return {};
}

}  // namespace

base::result<operation_arguments> read_operation(const operations_tool_entry& of,
                                                 dom::object given) {
    dom::parser parser;
    const dom::element tool = parser.parse(of.json.data(), of.json.size()).value();
    const dom::object properties = tool["inputSchema"]["properties"].get_object().value();
    operation_arguments out;
    for (const auto member : given) {
        dom::element property;
        if (properties.at_key(member.key).get(property) != simdjson::SUCCESS)
            return unknown_argument(properties, member.key);
        if (member.value.is_null()) continue;
        auto good = read_member(std::string(member.key), member.value, property, out);
        if (!good) return good.error();
    }
    for (const auto required : tool["inputSchema"]["required"].get_array().value()) {
        const std::string name{required.get_string().value()};
        if (out.texts.contains(name) || out.numbers.contains(name)) continue;
        return invalid("missing_argument", name + " is required.", name);
    }
    return out;
}

std::string customer_query::words() const {
    return email.empty() ? id : "with the e-mail address " + email;
}

base::result<customer_query> customer_in(const operation_arguments& given) {
    customer_query out{given.text("email"), given.text("customer")};
    if (out.email.empty() && out.id.empty())
        return invalid("missing_argument", "email is required, or customer.", "email");
    if (!out.email.empty() && !out.id.empty())
        return invalid("conflicting_arguments", "Give email or customer, not both.", "customer");
    return out;
}

}  // namespace tollgate::stripe
