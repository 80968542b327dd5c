#include "tenancy/policy/condition_parts.hpp"

#include <algorithm>

namespace tollgate::tenancy {

namespace {

using base::invalid;
using base::json;
using base::json_reader;

constexpr std::size_t currency_letters = 3;

// A whole number of 64 bits with a sign; larger ones are unsigned here.
bool is_amount(const json& value) {
    return value.is_number_integer() &&
           (!value.is_number_unsigned() || value.get<std::uint64_t>() <= INT64_MAX);
}

void read_rates(json_reader& in, base_rates& out) {
    const json* const given = in.object("rates");
    if (given == nullptr || given->empty())
        return refuse_member(in, "rates", "missing_field",
                             "is required: what a smallest unit of each other currency is worth in "
                             "smallest units of the base currency, such as {\"eur\": \"1.0842\"}");
    for (const auto& [currency, rate] : given->items()) {
        auto read = rate.is_string() && is_currency_code(currency) && currency != out.currency
                        ? parse_rate(currency, rate.get<std::string>())
                        : std::nullopt;
        if (!read)
            return refuse_member(
                in, "rates", "wrong_type",
                "must be an object such as {\"eur\": \"1.0842\"}: other currencies than "
                "the base one, and decimal numbers above zero as texts, with at most "
                "nine digits after the point");
        out.rates.push_back(std::move(*read));
    }
}

}  // namespace

void refuse_member(json_reader& in, const char* name, std::string code,
                   const std::string& message) {
    in.fail(invalid(std::move(code), in.path_of(name) + ' ' + message, in.path_of(name)));
}

bool is_currency_code(std::string_view text) {
    return text.size() == currency_letters &&
           std::ranges::all_of(text, [](char c) { return c >= 'a' && c <= 'z'; });
}

std::optional<base::timestamp> read_moment(json_reader& in, const char* name) {
    const auto text = in.text(name);
    if (!text) return {};
    auto out = base::parse_timestamp(*text);
    if (!out)
        refuse_member(in, name, "invalid_time",
                      "must be a time with an offset, such as 2026-12-31T00:00:00Z");
    return out;
}

std::vector<currency_limit> read_amounts(json_reader& in) {
    std::vector<currency_limit> out;
    const json* const amounts = in.object("amounts");
    if (amounts == nullptr) return out;
    for (const auto& [currency, amount] : amounts->items()) {
        if (!is_currency_code(currency) || !is_amount(amount)) {
            refuse_member(
                in, "amounts", "wrong_type",
                "must be an object such as {\"usd\": 5000}: currencies in lower case, and whole "
                "numbers in their smallest unit");
            return {};
        }
        out.push_back({currency, amount.get<std::int64_t>()});
    }
    if (out.empty()) refuse_member(in, "amounts", "empty_list", "must have at least one currency");
    return out;
}

std::optional<base_rates> read_base(json_reader& in, std::vector<currency_limit>& limits) {
    const json* const given = in.object("base");
    if (given == nullptr) return {};
    json_reader reader{*given, in.path_of("base."), {"currency", "value", "rates", "until"}};
    base_rates out;
    out.currency = reader.required_text("currency");
    if (!is_currency_code(out.currency))
        refuse_member(reader, "currency", "unknown_value",
                      "must be a currency of three small letters");
    const auto value = reader.integer("value");
    if (!value) refuse_member(reader, "value", "missing_field", "is required");
    read_rates(reader, out);
    const auto until = read_moment(reader, "until");
    if (!until && !reader.has("until"))
        refuse_member(reader, "until", "missing_field",
                      "is required: after it, other currencies than the base one are refused");
    out.until = until.value_or(base::timestamp{});
    limits.push_back({out.currency, value.value_or(0)});
    in.take(reader);
    return out;
}

}  // namespace tollgate::tenancy
