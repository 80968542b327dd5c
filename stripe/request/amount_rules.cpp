#include "stripe/request/amount_rules.hpp"

#include <array>
#include <charconv>
#include <string>
#include <string_view>

#include "base/text.hpp"
#include "stripe/catalog/money.hpp"
#include "stripe/request/argument_path.hpp"

namespace tollgate::stripe {

namespace {

using base::failure;
using base::invalid;
using simdjson::dom::array;
using simdjson::dom::element;
using simdjson::dom::object;

enum allowed : unsigned { zero = 1, negative = 2 };

// An amount that may be zero or negative: the operation's path begins with `path`, and the
// argument's own path ends with `argument`.
struct exception {
    std::string_view path;
    std::string_view argument;
    unsigned what;
    std::string_view reason;
};

constexpr std::array exceptions{
    exception{"/v1/invoiceitems", "amount", zero | negative, "a credit on the next invoice"},
    exception{"/v1/invoiceitems", "unit_amount", zero | negative, "a credit on the next invoice"},
    exception{"/v1/invoices", "amount", zero | negative, "a credit line"},
    exception{"/v1/invoices", "unit_amount", zero | negative, "a credit line"},
    exception{"/v1/customers/{customer}/balance_transactions", "amount", negative,
              "a negative amount is in the customer's favour"},
    exception{"/v1/customers", "balance", zero | negative,
              "a negative balance is in the customer's favour, 0 clears it"},
    exception{"/v1/credit_notes", "amount", zero, "a part of a note that has none"},
    exception{"/v1/credit_notes", "refund_amount", zero, "a part of a note that has none"},
    exception{"/v1/credit_notes", "credit_amount", zero, "a part of a note that has none"},
    exception{"/v1/credit_notes", "out_of_band_amount", zero, "a part of a note that has none"},
    exception{"/v1/tax/", "amount", zero | negative, "free items, and reversals"},
    exception{"/v1/terminal/", "amount", zero | negative, "a line on a display"},
    exception{"/v1/terminal/", "tax", zero, "a line on a display"},
    exception{"/v1/terminal/", "amount_tip", zero, "no tip"},
    exception{"/v1/terminal/", "amount_eligible", zero, "no tip"},
    exception{"/v1/issuing/", "amount", zero, "a limit that blocks, a verification"},
    exception{"/v1/promotion_codes", "minimum_amount", zero, "no minimum"},
    exception{"/v1/plans", "amount", zero, "a free plan"},
    exception{"/v1/accounts", "annual_revenue.amount", zero, "no revenue yet"},
    exception{"/v1/accounts", "monthly_estimated_revenue.amount", zero, "no revenue yet"},
    exception{"/v1/sources", "items.amount", zero | negative, "a discount in an order"},
    exception{"", "tax_amounts.amount", zero, "no tax"},
    exception{"", "unit_amount", zero, "free prices and items"},
    exception{"", "flat_amount", zero, "free tiers"},
    exception{"", "application_fee_amount", zero, "no fee"},
    exception{"", "fixed_amount.amount", zero, "free shipping"},
    exception{"", "shipping_cost.amount", zero, "free shipping"},
    exception{"", "shipping.amount", zero, "free shipping"},
    exception{"", "tip.amount", zero, "no tip"},
    exception{"", "surcharge.amount", zero, "no surcharge"},
    exception{"", "discount_amount", zero, "no discount"},
    exception{"", "tax_amount", zero, "no tax"},
    exception{"", "total_tax_amount", zero, "no tax"},
    exception{"", "taxable_amount", zero, "nothing taxed"},
    exception{"", "unit_cost", zero, "a free item"},
};

bool ends_with_path(std::string_view path, std::string_view end) {
    if (!path.ends_with(end)) return false;
    if (path.size() == end.size()) return true;
    return path[path.size() - end.size() - 1] == '.';
}

bool allows(const operation& called, std::string_view argument, allowed what) {
    for (const auto& each : exceptions)
        if ((each.what & what) != 0 && called.path_template().starts_with(each.path) &&
            ends_with_path(argument, each.argument))
            return true;
    return false;
}

// "line_items[0].price_data.unit_amount" without its indices.
std::string without_indices(std::string_view path) {
    std::string out;
    bool inside = false;
    for (const char c : path) {
        if (c == '[') inside = true;
        if (!inside) out += c;
        if (c == ']') inside = false;
    }
    return out;
}

std::string_view argument_text(object from, std::string_view name) {
    std::string_view out;
    return from.at_key(name).get(out) == simdjson::SUCCESS ? out : std::string_view{};
}

// A decimal number with a point, as text, from a JSON number or a string. Empty for anything else.
std::string fractional_text(element value) {
    std::string_view text;
    std::array<char, 64> room{};
    double number = 0;
    if (value.type() == simdjson::dom::element_type::DOUBLE &&
        value.get(number) == simdjson::SUCCESS) {
        const auto done =
            std::to_chars(room.data(), room.data() + room.size(), number, std::chars_format::fixed);
        if (done.ec != std::errc{}) return "too large a number";
        text = {room.data(), static_cast<std::size_t>(done.ptr - room.data())};
        return text.find('.') == std::string_view::npos ? std::string(text) + ".0"
                                                        : std::string(text);
    }
    if (value.get(text) != simdjson::SUCCESS || text.empty()) return {};
    const auto digits = text.find_first_not_of("-0123456789");
    const bool decimal = digits != std::string_view::npos &&
                         (text[digits] == '.' || text[digits] == ',') && text.size() < 30 &&
                         text.find_first_not_of("0123456789", digits + 1) == std::string_view::npos;
    return decimal ? std::string(text) : std::string{};
}

// A decimal amount in the currency's smallest unit: "5.50" and "usd" give "550". Empty if it has
// more decimals than the currency.
std::string in_smallest_unit(std::string_view text, std::string_view currency) {
    const auto mark = text.find_first_of(".,");
    if (mark == std::string_view::npos) return {};
    std::string part{text.substr(mark + 1)};
    while (!part.empty() && part.back() == '0') part.pop_back();
    const unsigned decimals = currency_decimals(currency);
    if (part.size() > decimals) return {};
    part.append(decimals - part.size(), '0');
    std::string out = std::string(text.substr(0, mark)) + part;
    const bool minus = out.starts_with('-');
    const auto first = out.find_first_not_of('0', minus ? 1 : 0);
    if (first == std::string::npos) return "0";
    return (minus ? "-" : "") + out.substr(first);
}

class checker {
public:
    explicit checker(const operation& called) : called_(called) {}

    std::optional<failure> arguments(const given_arguments& given) const {
        const auto currency = given.text("currency").value_or(std::string_view{});
        for (const auto& each : given.all()) {
            if (each.as == nullptr) continue;
            const argument_path path{nullptr, each.name, 0};
            if (auto why = value(each.value, *each.as, path, currency)) return why;
        }
        return {};
    }

private:
    std::optional<failure> members(object from, std::span<const parameter> known,
                                   const argument_path& above, std::string_view currency) const {
        if (const auto own = argument_text(from, "currency"); !own.empty()) currency = own;
        for (const auto& each : from) {
            const parameter* const as = find(known, each.key);
            if (as == nullptr) continue;
            const argument_path path{&above, each.key, 0};
            if (auto why = value(each.value, *as, path, currency)) return why;
        }
        return {};
    }

    static const parameter* find(std::span<const parameter> known, std::string_view name) {
        for (const auto& each : known)
            if (each.name() == name) return &each;
        return nullptr;
    }

    std::optional<failure> value(element from, const parameter& as, const argument_path& path,
                                 std::string_view currency) const {
        if (as.type() == value_type::any_of) {
            for (const auto& form : as.children())
                if (auto why = value(from, form, path, currency)) return why;
            return {};
        }
        object inner;
        if (as.type() == value_type::object && from.get(inner) == simdjson::SUCCESS)
            return members(inner, as.children(), path, currency);
        array items;
        if (as.type() == value_type::array && from.get(items) == simdjson::SUCCESS &&
            !as.children().empty()) {
            std::size_t index = 0;
            for (const auto each : items) {
                const argument_path at{&path, {}, index++};
                if (auto why = value(each, as.children().front(), at, currency)) return why;
            }
            return {};
        }
        const bool money = is_amount_name(path.name) || monetary(path);
        if (as.type() == value_type::integer && money) return amount(from, path, currency);
        return {};
    }

    // {"currency": "usd", "value": 100}
    static bool monetary(const argument_path& path) {
        if (path.name != "value" || path.above == nullptr) return false;
        return path.above->name == "monetary" || is_amount_name(path.above->name);
    }

    std::optional<failure> amount(element from, const argument_path& path,
                                  std::string_view currency) const {
        const std::string name = path.text();
        if (const auto text = fractional_text(from); !text.empty())
            return fractional(name, text, currency);
        std::int64_t given = 0;
        if (from.get(given) != simdjson::SUCCESS) {
            std::string_view text;
            if (from.get(text) != simdjson::SUCCESS) return {};
            const auto done = std::from_chars(text.data(), text.data() + text.size(), given);
            if (done.ec != std::errc{} || done.ptr != text.data() + text.size()) return {};
        }
        const std::string bare = without_indices(name);
        if (given == 0 && !allows(called_, bare, zero))
            return invalid("bad_amount", '\'' + name + "' is 0, which moves no money here", name);
        if (given < 0 && !allows(called_, bare, negative))
            return invalid("bad_amount",
                           '\'' + name + "' is negative; an amount must be positive here", name);
        return unit(name, given, base::to_lower(currency));
    }

    static failure fractional(const std::string& name, const std::string& text,
                              std::string_view currency) {
        std::string message = '\'' + name + "' is " + text +
                              ": an amount is a whole number of the currency's smallest unit "
                              "(cents, for many)";
        const std::string code = base::to_lower(currency);
        if (is_currency(code)) {
            const auto meant = in_smallest_unit(text, code);
            message += meant.empty() ? "" : "; " + text + ' ' + code + " is " + meant;
        }
        return invalid("bad_amount", std::move(message), name);
    }

    std::optional<failure> unit(const std::string& name, std::int64_t given,
                                const std::string& currency) const {
        const bool payout = called_.path_template().starts_with("/v1/payouts");
        const bool hundreds = currency == "isk" || currency == "ugx" ||
                              (payout && (currency == "huf" || currency == "twd"));
        if (hundreds && given % 100 != 0)
            return invalid("bad_amount",
                           '\'' + name + "' must be a multiple of 100: Stripe takes " + currency +
                               " with two decimals that must be 00",
                           name);
        if (currency_decimals(currency) == 3 && given % 10 != 0)
            return invalid("bad_amount",
                           '\'' + name + "' must end in 0: Stripe takes " + currency +
                               " with three decimals, the last of them 0",
                           name);
        return {};
    }

    const operation& called_;
};

}  // namespace

std::optional<failure> wrong_amount(const given_arguments& given) {
    const auto& called = given.called();
    if (called.method() != http_method::post || called.test_only()) return {};
    return checker(called).arguments(given);
}

}  // namespace tollgate::stripe
