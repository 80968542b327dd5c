#include "stripe/sandbox/resources/ledger.hpp"

#include <array>

namespace tollgate::sandbox {
namespace {

struct currency_facts {
    std::string_view code;
    std::string_view sign;
    std::size_t digits;
    std::int64_t least;
};

constexpr std::array currencies{
    currency_facts{"usd", "$", 2, 50},     currency_facts{"eur", "€", 2, 50},
    currency_facts{"gbp", "£", 2, 30},     currency_facts{"jpy", "¥", 0, 50},
    currency_facts{"aud", "A$", 2, 50},    currency_facts{"cad", "CA$", 2, 50},
    currency_facts{"chf", "CHF ", 2, 50},  currency_facts{"dkk", "kr ", 2, 250},
    currency_facts{"nok", "kr ", 2, 300},  currency_facts{"sek", "kr ", 2, 300},
    currency_facts{"nzd", "NZ$", 2, 50},   currency_facts{"sgd", "S$", 2, 50},
    currency_facts{"hkd", "HK$", 2, 400},  currency_facts{"mxn", "MX$", 2, 1000},
    currency_facts{"pln", "zł ", 2, 200},  currency_facts{"czk", "Kč ", 2, 1500},
    currency_facts{"brl", "R$", 2, 50},    currency_facts{"inr", "₹", 2, 50},
    currency_facts{"krw", "₩", 0, 500},    currency_facts{"bhd", "BHD ", 3, 190},
    currency_facts{"jod", "JOD ", 3, 360}, currency_facts{"kwd", "KWD ", 3, 160},
    currency_facts{"omr", "OMR ", 3, 200}, currency_facts{"tnd", "TND ", 3, 1600},
};

const currency_facts* facts_of(std::string_view code) {
    for (const auto& each : currencies)
        if (each.code == code) return &each;
    return nullptr;
}

}  // namespace

json& record(world& in, const ledger_entry& entry) {
    auto row = in.make("balance_transaction", "txn_");
    row["amount"] = entry.amount;
    row["fee"] = entry.fee;
    row["net"] = entry.amount - entry.fee;
    row["currency"] = entry.currency;
    row["type"] = entry.type;
    row["reporting_category"] = entry.category;
    row["source"] = entry.source;
    if (!entry.description.empty()) row["description"] = entry.description;
    row["available_on"] = entry.available_on;
    row["status"] = entry.available_on <= in.now() ? "available" : "pending";
    if (entry.fee != 0)
        row["fee_details"].push_back({{"amount", entry.fee},
                                      {"application", nullptr},
                                      {"currency", entry.currency},
                                      {"description", "Stripe processing fees"},
                                      {"type", "stripe_fee"}});
    return in.data.of("balance_transaction").add(std::move(row));
}

std::int64_t card_fee(std::int64_t amount, std::string_view currency) {
    if (currency == "jpy") return (amount * 36 + 500) / 1000;
    if (currency == "eur") return (amount * 15 + 500) / 1000 + 25;
    return (amount * 29 + 500) / 1000 + 30;
}

balances sum(world& in) {
    balances out;
    for (const auto& row : in.data.of("balance_transaction").rows()) {
        const auto currency = text_of(*row, "currency");
        const bool available = text_of(*row, "status") == "available";
        (available ? out.available : out.pending)[currency] += int_of(*row, "net");
    }
    return out;
}

std::string show_amount(std::int64_t amount, std::string_view currency) {
    const auto* facts = facts_of(currency);
    const std::string sign(facts == nullptr ? "" : facts->sign);
    const std::size_t digits = facts == nullptr ? 2 : facts->digits;
    if (digits == 0) return sign + std::to_string(amount);
    const std::int64_t unit = digits == 3 ? 1000 : 100;
    const auto rest = std::to_string(amount % unit);
    return sign + std::to_string(amount / unit) + "." + std::string(digits - rest.size(), '0') +
           rest;
}

outcome<bool> check_currency(std::string_view currency) {
    if (facts_of(currency) != nullptr) return true;
    std::string known;
    for (const auto& each : currencies)
        known += (known.empty() ? "" : ", ") + std::string(each.code);
    return bad_request("Invalid currency: " + std::string(currency) +
                           ". This sandbox supports these currencies: " + known,
                       "currency");
}

outcome<bool> check_last_digit(std::int64_t amount, std::string_view currency) {
    const auto* facts = facts_of(currency);
    if (facts == nullptr || facts->digits < 3 || amount % 10 == 0) return true;
    return bad_request("Amounts in " + std::string(currency) +
                           " have three decimals, and the last one must be 0: " +
                           std::to_string(amount) + " is not a multiple of 10.",
                       "amount", "parameter_invalid_integer");
}

outcome<bool> check_amount(std::int64_t amount, std::string_view currency) {
    if (auto known = check_currency(currency); !known) return known;
    const auto* facts = facts_of(currency);
    if (amount < 1)
        return bad_request("This value must be greater than or equal to 1.", "amount",
                           "parameter_invalid_integer");
    if (amount < facts->least)
        return bad_request("Amount must be at least " + show_amount(facts->least, currency) + " " +
                               std::string(currency),
                           "amount", "amount_too_small");
    if (amount > 99'999'999)
        return bad_request("Amount must be no more than " + show_amount(99'999'999, currency),
                           "amount", "amount_too_large");
    return check_last_digit(amount, currency);
}

}  // namespace tollgate::sandbox
