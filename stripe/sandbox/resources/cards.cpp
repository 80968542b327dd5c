#include "stripe/sandbox/resources/cards.hpp"

#include <array>
#include <stdexcept>

namespace tollgate::sandbox {
namespace {

constexpr std::string_view declined = "Your card was declined.";

constexpr std::array cards{
    test_card{"visa", "visa", "4242", "credit", "", "", "", ""},
    test_card{"visa_debit", "visa", "5556", "debit", "", "", "", ""},
    test_card{"mastercard", "mastercard", "4444", "credit", "", "", "", ""},
    test_card{"mastercard_debit", "mastercard", "3222", "debit", "", "", "", ""},
    test_card{"amex", "amex", "8431", "credit", "", "", "", ""},
    test_card{"discover", "discover", "9424", "credit", "", "", "", ""},
    test_card{"chargeDeclined", "visa", "0002", "credit", "card_declined", "generic_decline",
              declined, "issuer_declined"},
    test_card{"chargeDeclinedInsufficientFunds", "visa", "9995", "credit", "card_declined",
              "insufficient_funds", "Your card has insufficient funds.", "issuer_declined"},
    test_card{"chargeDeclinedLostCard", "visa", "9987", "credit", "card_declined", "lost_card",
              declined, "issuer_declined"},
    test_card{"chargeDeclinedStolenCard", "visa", "9979", "credit", "card_declined", "stolen_card",
              declined, "issuer_declined"},
    test_card{"chargeDeclinedFraudulent", "visa", "0019", "credit", "card_declined", "fraudulent",
              declined, "blocked"},
    test_card{"chargeDeclinedExpiredCard", "visa", "0069", "credit", "expired_card", "",
              "Your card has expired.", "issuer_declined"},
    test_card{"chargeDeclinedIncorrectCvc", "visa", "0127", "credit", "incorrect_cvc", "",
              "Your card's security code is incorrect.", "issuer_declined"},
    test_card{"chargeDeclinedProcessingError", "visa", "0119", "credit", "processing_error", "",
              "An error occurred while processing your card. Try again in a little bit.",
              "issuer_declined"},
    test_card{"chargeCustomerFail", "visa", "0341", "credit", "card_declined", "generic_decline",
              declined, "issuer_declined", false},
    test_card{"createDispute", "visa", "0259", "credit", "", "", "", "", true, true},
    test_card{"authenticationRequired", "visa", "3184", "credit", "", "", "", "", true, false,
              true},
};

}  // namespace

const test_card* find_card(std::string_view token) {
    if (token.starts_with("tok_"))
        token.remove_prefix(4);
    else if (token.starts_with("pm_card_"))
        token.remove_prefix(8);
    else
        return nullptr;
    if (token.starts_with("visa_charge")) token.remove_prefix(5);
    for (const auto& each : cards)
        if (each.name == token) return &each;
    return nullptr;
}

const test_card& card_of(const json& payment_method) {
    const auto* found = find_card("tok_" + text_of(payment_method, "_card"));
    if (found == nullptr) throw std::logic_error("a payment method without a card");
    return *found;
}

json& make_payment_method(world& in, const test_card& card) {
    auto row = in.make("payment_method", "pm_");
    row["_card"] = card.name;
    row["card"] = {{"brand", card.brand},
                   {"checks",
                    {{"address_line1_check", nullptr},
                     {"address_postal_code_check", nullptr},
                     {"cvc_check", card.code == "incorrect_cvc" ? "fail" : "pass"}}},
                   {"country", "US"},
                   {"display_brand", card.brand},
                   {"exp_month", 8},
                   {"exp_year", 2031},
                   {"fingerprint", "fp" + std::string(card.last4) + std::string(card.brand)},
                   {"funding", card.funding},
                   {"generated_from", nullptr},
                   {"last4", card.last4},
                   {"networks", {{"available", {card.brand}}, {"preferred", nullptr}}},
                   {"regulated_status", "unregulated"},
                   {"three_d_secure_usage", {{"supported", true}}},
                   {"wallet", nullptr}};
    return in.data.of("payment_method").add(std::move(row));
}

outcome<json*> payment_method_param(call& call, std::string_view param) {
    const auto id = text_of(call.params, param);
    if (const auto* card = find_card(id); card != nullptr)
        return &make_payment_method(call.in, *card);
    auto* found = call.in.data.find("payment_method", id);
    if (found == nullptr) return no_such("PaymentMethod", id, param, false);
    return found;
}

json* default_payment_method(world& in, const json& customer) {
    const auto chosen = text_of(customer.at("invoice_settings"), "default_payment_method");
    if (!chosen.empty()) return in.data.find("payment_method", chosen);
    return nullptr;
}

outcome<bool> attach(world& in, json& payment_method, const json& customer) {
    const auto& card = card_of(payment_method);
    if (!card.code.empty() && card.fails_on_attach) return card_error(card);
    const auto owner = text_of(payment_method, "customer");
    const auto id = text_of(customer, "id");
    if (!owner.empty() && owner != id)
        return bad_request(
            "The payment method you provided has already been attached to a customer.",
            "payment_method");
    payment_method["customer"] = id;
    in.emit("payment_method.attached", payment_method);
    return true;
}

api_error card_error(const test_card& card) {
    api_error error;
    error.status = 402;
    error.type = "card_error";
    error.code = card.code;
    error.message = card.message;
    if (!card.decline_code.empty()) error.more["decline_code"] = card.decline_code;
    if (card.code == "incorrect_cvc") error.param = "cvc";
    error.keeps = true;
    return error;
}

}  // namespace tollgate::sandbox
