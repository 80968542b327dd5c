#include "stripe/catalog/money.hpp"

#include <algorithm>
#include <array>

#include "base/text.hpp"
#include "stripe/catalog/name_words.hpp"

namespace tollgate::stripe {

namespace {

// Sorted. The currencies that Stripe documents for presentment or settlement.
constexpr std::array<std::string_view, 149> known{
    "aed", "afn", "all", "amd", "ang", "aoa", "ars", "aud", "awg", "azn", "bam", "bbd", "bdt",
    "bgn", "bhd", "bif", "bmd", "bnd", "bob", "brl", "bsd", "btn", "bwp", "byn", "bzd", "cad",
    "cdf", "chf", "clp", "cny", "cop", "crc", "cve", "czk", "djf", "dkk", "dop", "dzd", "egp",
    "etb", "eur", "fjd", "fkp", "gbp", "gel", "ghs", "gip", "gmd", "gnf", "gtq", "gyd", "hkd",
    "hnl", "hrk", "htg", "huf", "idr", "ils", "inr", "isk", "jmd", "jod", "jpy", "kes", "kgs",
    "khr", "kmf", "krw", "kwd", "kyd", "kzt", "lak", "lbp", "lkr", "lrd", "lsl", "ltl", "lvl",
    "mad", "mdl", "mga", "mkd", "mmk", "mnt", "mop", "mro", "mru", "mur", "mvr", "mwk", "mxn",
    "myr", "mzn", "nad", "ngn", "nio", "nok", "npr", "nzd", "omr", "pab", "pen", "pgk", "php",
    "pkr", "pln", "pyg", "qar", "ron", "rsd", "rub", "rwf", "sar", "sbd", "scr", "sek", "sgd",
    "shp", "sle", "sll", "sos", "srd", "std", "stn", "svc", "szl", "thb", "tjs", "tnd", "top",
    "try", "ttd", "twd", "tzs", "uah", "ugx", "usd", "uyu", "uzs", "vnd", "vuv", "wst", "xaf",
    "xcd", "xof", "xpf", "yer", "zar", "zmw"};

constexpr std::array<std::string_view, 5> three_decimals{"bhd", "jod", "kwd", "omr", "tnd"};
constexpr std::array<std::string_view, 15> no_decimals{"bif", "clp", "djf", "gnf", "jpy",
                                                       "kmf", "krw", "mga", "pyg", "rwf",
                                                       "vnd", "vuv", "xaf", "xof", "xpf"};

// A code in lower case, or three spaces for a text that is not one.
std::array<char, 3> lowered(std::string_view code) noexcept {
    if (code.size() != 3) return {' ', ' ', ' '};
    std::array<char, 3> out{};
    for (std::size_t i = 0; i < 3; ++i) out[i] = base::to_lower(code[i]);
    return out;
}

std::string_view view(const std::array<char, 3>& code) noexcept {
    return {code.data(), 3};
}

// Two decimals in the API, none in everyday use.
constexpr std::array<std::string_view, 2> two_for_show{"isk", "ugx"};

struct currency_facts {
    bool known = false;
    bool for_show = false;  // the API has decimals, everyday use has none
    unsigned char decimals = 2;
};

constexpr std::size_t letters = 26;

// The index of a lower-case code in the table; past its end for any other text.
constexpr std::size_t place_of(std::string_view code) noexcept {
    std::size_t place = 0;
    for (const char c : code) {
        if (c < 'a' || c > 'z') return letters * letters * letters;
        place = place * letters + static_cast<std::size_t>(c - 'a');
    }
    return place;
}

// Facts by three letters, without a search: every amount of a page is also shown in words.
constexpr auto facts_by_code = [] {
    std::array<currency_facts, letters * letters * letters> out{};
    for (const auto code : known) out[place_of(code)].known = true;
    for (const auto code : no_decimals) out[place_of(code)].decimals = 0;
    for (const auto code : three_decimals) out[place_of(code)].decimals = 3;
    for (const auto code : two_for_show) out[place_of(code)].for_show = true;
    return out;
}();

// `code` has three characters.
currency_facts facts_of(const std::array<char, 3>& code) noexcept {
    const auto place = place_of(view(code));
    return place < facts_by_code.size() ? facts_by_code[place] : currency_facts{};
}

}  // namespace

unsigned currency_decimals(std::string_view currency) noexcept {
    return facts_of(lowered(currency)).decimals;
}

std::span<const std::string_view> currencies() noexcept {
    return known;
}

bool is_currency(std::string_view text) noexcept {
    return text.size() == 3 && std::ranges::binary_search(known, text);
}

std::string format_amount(std::int64_t amount, std::string_view currency) {
    const auto code = lowered(currency);
    const auto facts = facts_of(code);
    if (!facts.known) return {};
    // The magnitude of the smallest integer does not fit the same signed type.
    const bool negative = amount < 0;
    const std::uint64_t size =
        negative ? ~static_cast<std::uint64_t>(amount) + 1 : static_cast<std::uint64_t>(amount);
    std::uint64_t unit = 1;
    unsigned decimals = facts.decimals;
    for (unsigned i = 0; i < decimals; ++i) unit *= 10;
    std::string out;
    if (negative) out += '-';
    out += std::to_string(size / unit);
    if (facts.for_show && size % unit == 0) decimals = 0;
    if (decimals > 0) {
        const std::string part = std::to_string(size % unit);
        out += '.';
        out.append(decimals - part.size(), '0');
        out += part;
    }
    out += ' ';
    for (const char c : code) out += static_cast<char>(c - 'a' + 'A');
    return out;
}

bool is_amount_name(std::string_view name) noexcept {
    constexpr std::array<std::string_view, 15> whole{"total",
                                                     "subtotal",
                                                     "fee",
                                                     "net",
                                                     "balance",
                                                     "tax",
                                                     "unit_cost",
                                                     "cost",
                                                     "starting_balance",
                                                     "ending_balance",
                                                     "total_excluding_tax",
                                                     "subtotal_excluding_tax",
                                                     "interchange_fees",
                                                     "network_fees",
                                                     "net_total"};
    if (name.ends_with("_decimal") || name.ends_with("_percent") || name.ends_with("_at") ||
        name.ends_with("_count") || name.ends_with("_formatted"))
        return false;
    if (std::ranges::find(whole, name) != whole.end()) return true;
    return has_word(name, "amount");
}

}  // namespace tollgate::stripe
