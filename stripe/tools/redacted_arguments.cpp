#include "stripe/tools/redacted_arguments.hpp"

#include <simdjson.h>

#include <algorithm>
#include <array>
#include <cstdint>

#include "base/json_text.hpp"
#include "stripe/catalog/catalog.hpp"

namespace tollgate::stripe {

namespace {

namespace dom = simdjson::dom;

constexpr int depth_max = 12;

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}
bool is_letter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

// Prefixes of ids that Stripe generates, without those of tokens and secrets.
constexpr std::array<std::string_view, 28> id_prefixes{
    "acct_", "card_", "ch_", "cn_",   "cs_test_", "cs_live_",   "cus_", "dp_",    "du_", "evt_",
    "ii_",   "il_",   "in_", "pi_",   "plink_",   "pm_",        "po_",  "price_", "py_", "pyr_",
    "qt_",   "re_",   "si_", "seti_", "sub_",     "sub_sched_", "tr_",  "txn_"};

// True if only letters and digits follow the prefix, so that "pi_1_secret_2" is not accepted.
bool is_object_id(std::string_view text) {
    constexpr std::size_t least = 8;
    constexpr std::size_t most = 80;
    return std::ranges::any_of(id_prefixes, [&](std::string_view prefix) {
        if (!text.starts_with(prefix)) return false;
        const std::string_view rest = text.substr(prefix.size());
        return rest.size() >= least && rest.size() <= most &&
               std::ranges::all_of(rest, [](char c) { return is_digit(c) || is_letter(c); }) &&
               std::ranges::any_of(rest, is_digit);
    });
}

// True for a number as text that is shorter than a card number.
bool is_short_number(std::string_view text) {
    constexpr std::size_t most = 11;
    return !text.empty() && text.size() <= most &&
           std::ranges::all_of(text, [](char c) { return is_digit(c) || c == '.' || c == '-'; });
}

// True for a date and time in RFC 3339.
bool is_time(std::string_view text) {
    constexpr std::size_t most = 35;
    return !text.empty() && text.size() <= most && is_digit(text.front()) &&
           std::ranges::all_of(text, [](char c) {
               return is_digit(c) || std::string_view{"-:.+TZ"}.find(c) != std::string_view::npos;
           });
}

bool has_form_of_currency(std::string_view text) {
    return text.size() == 3 && std::ranges::all_of(text, is_letter);
}

bool is_named_value(const parameter& as, std::string_view text) {
    return std::ranges::any_of(as.enum_values(),
                               [&](const enum_value& one) { return one.view() == text; });
}

bool is_numeric(const parameter& as) {
    return as.type() == value_type::integer || as.type() == value_type::number ||
           as.type() == value_type::range || as.format() == value_format::unix_time ||
           as.format() == value_format::decimal;
}

// True if this parameter, or one of its forms, may have a value that `keeps` accepts.
template <typename Keeps>
bool any_form(const parameter& as, Keeps keeps) {
    if (as.type() == value_type::any_of) return std::ranges::any_of(as.children(), keeps);
    return keeps(as);
}

bool keeps_text(const parameter& as, std::string_view text) {
    return is_object_id(text) || any_form(as, [&](const parameter& form) {
               return is_named_value(form, text) ||
                      (form.format() == value_format::currency && has_form_of_currency(text)) ||
                      (form.format() == value_format::date_time && is_time(text)) ||
                      (is_numeric(form) && is_short_number(text));
           });
}

// The parameter itself, or its form with that type; null if it has none.
const parameter* form_of(const parameter& as, value_type type) {
    if (as.type() == type) return &as;
    if (as.type() != value_type::any_of) return nullptr;
    for (const parameter& form : as.children())
        if (form.type() == type) return &form;
    return nullptr;
}

std::string masked(std::string_view text) {
    const auto characters = std::ranges::count_if(
        text, [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; });
    return "\"[text of " + std::to_string(characters) + " characters]\"";
}

std::string counted(std::size_t size, std::string_view what) {
    return "\"[" + std::to_string(size) + " " + std::string{what} + "]\"";
}

// The position of a value among the arguments.
struct place {
    int depth = 0;
    bool personal = false;  // in a date of birth or a card's expiry: no number is kept
};

place below(const place& parent, std::string_view name) {
    const bool personal =
        name == "dob" || name == "date_of_birth" || name == "exp_month" || name == "exp_year";
    return {parent.depth + 1, parent.personal || personal};
}

std::string shown(const parameter& as, dom::element value, const place& at);

std::string shown_object(const parameter* as, dom::object value, const place& at) {
    // The names in a map are free, and so are those in an object that the catalogue does not
    // describe.
    if (as == nullptr || at.depth > depth_max) return counted(value.size(), "entries");
    std::string out = "{";
    base::json_members members{out};
    std::int64_t others = 0;
    for (const auto [name, member] : value) {
        const parameter* known = as->find_child(name);
        if (known == nullptr)
            ++others;
        else
            members.raw(known->name(), shown(*known, member, below(at, name)));
    }
    if (others > 0) members.number("[others]", others);
    return out + '}';
}

// gt, gte, lt and lte; their values are numbers or times.
std::string shown_range(dom::object value) {
    constexpr std::array<std::string_view, 4> bounds{"gt", "gte", "lt", "lte"};
    std::string out = "{";
    base::json_members members{out};
    std::int64_t others = 0;
    for (const auto [name, bound] : value) {
        const auto known = std::ranges::find(bounds, name);
        const std::string text = simdjson::to_string(bound);
        if (known != bounds.end() && is_short_number(text))
            members.raw(*known, text);
        else
            ++others;
    }
    if (others > 0) members.number("[others]", others);
    return out + '}';
}

std::string shown_array(const parameter* as, dom::array value, const place& at) {
    if (as == nullptr || as->children().empty() || at.depth > depth_max)
        return counted(value.size(), "entries");
    std::string out = "[";
    for (const dom::element one : value) {
        if (out.size() > 1) out += ',';
        out += shown(as->children().front(), one, below(at, {}));
        if (out.size() > redacted_arguments_bytes_max) break;  // it will be left out
    }
    return out + ']';
}

std::string shown(const parameter& as, dom::element value, const place& at) {
    switch (value.type()) {
        case dom::element_type::OBJECT: {
            if (!at.personal && form_of(as, value_type::range) != nullptr)
                return shown_range(dom::object{value});
            return shown_object(form_of(as, value_type::object), dom::object{value}, at);
        }
        case dom::element_type::ARRAY:
            return shown_array(form_of(as, value_type::array), dom::array{value}, at);
        case dom::element_type::STRING: {
            const std::string_view text{value};
            return !at.personal && keeps_text(as, text) ? '"' + std::string{text} + '"'
                                                        : masked(text);
        }
        case dom::element_type::BOOL:
        case dom::element_type::NULL_VALUE:
            return simdjson::to_string(value);
        default:
            break;
    }
    const std::string number = simdjson::to_string(value);
    const bool keep = !at.personal && any_form(as, is_numeric) && is_short_number(number);
    return keep ? number : std::string{"\"[number]\""};
}

}  // namespace

std::string redacted_arguments(std::string_view tool, std::string_view arguments) {
    const operation* called = find_tool(tool);
    dom::parser parser;
    dom::object given;
    if (called == nullptr ||
        parser.parse(arguments.data(), arguments.size()).get(given) != simdjson::SUCCESS)
        return {};
    constexpr std::size_t room = 60;  // for the two counts at the end
    std::string out = "{";
    base::json_members members{out};
    std::int64_t others = 0;
    std::int64_t left_out = 0;
    for (const auto [name, value] : given) {
        const parameter* known = called->find_parameter(name);
        if (known == nullptr) {
            ++others;
            continue;
        }
        const std::string text = shown(*known, value, below({}, name));
        if (out.size() + known->name().size() + text.size() + room > redacted_arguments_bytes_max)
            ++left_out;
        else
            members.raw(known->name(), text);
    }
    if (left_out > 0) members.number("[cut]", left_out);
    if (others > 0) members.number("[others]", others);
    return out + '}';
}

}  // namespace tollgate::stripe
