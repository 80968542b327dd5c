#include "stripe/content/prompt_arguments.hpp"

#include <algorithm>
#include <charconv>
#include <vector>

#include "base/json_text.hpp"
#include "base/nearest.hpp"
#include "base/text.hpp"
#include "stripe/answer/text.hpp"
#include "stripe/catalog/main_objects.hpp"
#include "stripe/catalog/money.hpp"
#include "stripe/content/days.hpp"
#include "stripe/content/email.hpp"

namespace tollgate::stripe {

namespace {

namespace dom = simdjson::dom;
using base::invalid;
using base::result;
using given_object = std::optional<dom::object>;

std::string in_quotes(std::string_view text) {
    return "'" + std::string(base::clipped_text(text, base::quoted_bytes_max)) + "'";
}

result<> only_known(const prompt& of, const given_object& given) {
    if (!given) return {};
    std::vector<std::string_view> names;
    for (const auto& one : of.arguments) names.push_back(one.name);
    for (const auto each : *given) {
        if (std::ranges::find(names, each.key) != names.end()) continue;
        const auto near = base::nearest_word(each.key, names);
        std::string message = "The prompt " + of.name + " has no argument " + in_quotes(each.key);
        message += near.empty() ? "." : "; did you mean '" + std::string(near) + "'?";
        return invalid("unknown_argument", std::move(message),
                       std::string(base::clipped_text(each.key, base::quoted_bytes_max)));
    }
    return {};
}

// The given value without surrounding spaces; empty if it was not given.
result<std::string> value_of(const prompt_argument& as, const given_object& given) {
    dom::element value;
    std::string_view text;
    if (given && given->at_key(as.name).get(value) == simdjson::SUCCESS &&
        value.get(text) != simdjson::SUCCESS)
        return invalid("wrong_type", as.name + " must be a string.", as.name);
    const auto first = text.find_first_not_of(" \t\r\n");
    if (first != std::string_view::npos) {
        std::string out{text.substr(first, text.find_last_not_of(" \t\r\n") - first + 1)};
        // People write USD in upper case.
        if (as.form == argument_form::currency)
            std::ranges::transform(out, out.begin(), [](char c) {
                return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
            });
        return out;
    }
    if (as.required) return invalid("missing_argument", as.name + " is required.", as.name);
    return as.fallback;
}

std::string listed(const std::vector<std::string>& words) {
    std::string out;
    for (const auto& one : words) out += (out.empty() ? "" : ", ") + one;
    return out;
}

// What is wrong with a value, as the end of a sentence; empty if it is valid.
std::string wrong_with(const prompt_argument& as, std::string_view value) {
    switch (as.form) {
        case argument_form::choice:
            if (std::ranges::find(as.choices, value) != as.choices.end()) return {};
            return "must be one of: " + listed(as.choices);
        case argument_form::currency:
            return is_currency(value) ? "" : "must be a currency's three letters, such as usd";
        case argument_form::day:
            return parse_day(value) ? "" : "must be a day such as 2026-01-31";
        case argument_form::email:
            return is_email(value) ? "" : "must be an e-mail address";
        case argument_form::id: {
            const auto* const object = find_main_object(as.object);
            if (object != nullptr && may_be_id(*object, value)) return {};
            return "must be the id of a " + as.object;
        }
        case argument_form::words:
            return value.size() <= words_bytes_max ? "" : "must be at most 200 bytes long";
        case argument_form::amount:
            break;
    }
    return {};
}

// The members of one JSON object, with invisible characters escaped.
class given_members {
public:
    void text(std::string_view name, std::string_view value) {
        start(name);
        out_.put_string(value);
    }
    void number(std::string_view name, std::int64_t value) {
        start(name);
        out_.put_integer(value);
    }
    std::string take() {
        out_.put(first_ ? "{}" : "}");
        return std::string(out_.view());
    }

private:
    void start(std::string_view name) {
        out_.put(first_ ? '{' : ',');
        first_ = false;
        out_.put_string(name);
        out_.put(':');
    }

    flat_text out_{512};
    bool first_ = true;
};

result<> add_amount(const prompt_argument& as, const std::string& value,
                    const std::string& currency, given_members& out) {
    if (currency.empty())
        return invalid("missing_argument", "currency is required beside " + as.name + ".",
                       "currency");
    const auto minor = amount_in_minor_units(value, currency);
    if (!minor)
        return invalid("invalid_value",
                       as.name + " must be a positive amount of that currency, such as " +
                           format_amount(123'400, currency) + " without the letters, not " +
                           in_quotes(value) + '.',
                       as.name);
    out.number(as.name + "_minor", *minor);
    out.text(as.name + "_in_words", format_amount(*minor, currency));
    return {};
}

void add_day(const std::string& name, std::chrono::sys_days day, given_members& out) {
    out.number(name + "_from", unix_seconds(day));
    out.number(name + "_to", unix_seconds(day + std::chrono::days{1}));
}

}  // namespace

std::optional<std::int64_t> amount_in_minor_units(std::string_view text,
                                                  std::string_view currency) {
    const auto dot = std::min(text.find('.'), text.size());
    const auto whole = text.substr(0, dot);
    const auto part = text.substr(std::min(dot + 1, text.size()));
    const auto decimals = currency_decimals(currency);
    constexpr std::size_t digits_max = 12;
    if (whole.empty() || whole.size() > digits_max || part.size() > decimals ||
        (dot < text.size() && part.empty()))
        return {};
    std::string digits{whole};
    digits += part;
    digits.append(decimals - part.size(), '0');
    std::int64_t out = 0;
    const char* const end = digits.data() + digits.size();
    const bool plain = digits.find_first_not_of("0123456789") == std::string::npos;
    if (!plain || std::from_chars(digits.data(), end, out).ptr != end || out <= 0) return {};
    return out;
}

result<std::string> given_json(const prompt& of, const given_object& given, base::timestamp now) {
    if (const auto known = only_known(of, given); !known) return known.error();
    std::string currency;
    if (const auto* const as = find_argument(of, "currency"); as != nullptr) {
        auto value = value_of(*as, given);
        if (!value) return value.error();
        currency = std::move(*value);
    }
    given_members out;
    for (const auto& as : of.arguments) {
        auto value = value_of(as, given);
        if (!value) return value.error();
        if (value->empty() && as.days_ago)
            *value = format_day(day_of(now) - std::chrono::days{*as.days_ago});
        if (value->empty()) continue;
        if (const auto wrong = wrong_with(as, *value); !wrong.empty())
            return invalid("invalid_value",
                           as.name + ' ' + wrong + ", not " + in_quotes(*value) + '.', as.name);
        out.text(as.name, *value);
        if (as.form == argument_form::day) add_day(as.name, *parse_day(*value), out);
        if (as.form != argument_form::amount) continue;
        if (const auto good = add_amount(as, *value, currency, out); !good) return good.error();
    }
    return out.take();
}

}  // namespace tollgate::stripe
