// The arguments of a tool of "operations", read by its own schema.
#pragma once
#include <simdjson.h>

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "stripe/listing/operations_tools.hpp"

namespace tollgate::stripe {

constexpr std::size_t operation_text_max = 500;  // bytes of one argument
constexpr std::int64_t operation_rows_default = 10;

// The given arguments by name. Texts are trimmed and never empty.
struct operation_arguments {
    std::map<std::string, std::string, std::less<>> texts;
    std::map<std::string, std::int64_t, std::less<>> numbers;
    std::map<std::string, bool, std::less<>> truths;

    // The text argument with that name, or an empty text.
    std::string text(std::string_view name) const {
        const auto found = texts.find(name);
        return found == texts.end() ? std::string{} : found->second;
    }
    std::optional<std::int64_t> number(std::string_view name) const {
        const auto found = numbers.find(name);
        if (found == numbers.end()) return {};
        return found->second;
    }
    bool truth(std::string_view name) const {
        const auto found = truths.find(name);
        return found != truths.end() && found->second;
    }
};

// Fails with errc::invalid_argument; `field` names the argument: unknown_argument (with the nearest
// one), missing_argument, wrong_type, invalid_value (an e-mail address, a payment's id, a currency
// or a number that cannot be one), too_large. Pure.
base::result<operation_arguments> read_operation(const operations_tool_entry& of,
                                                 simdjson::dom::object given);

// The customer named by a call: an e-mail address, or an id.
struct customer_query {
    std::string email;
    std::string id;  // the company's, or Stripe's cus_…

    bool by_stripe_id() const { return id.starts_with("cus_"); }
    // For a sentence: "with the e-mail address sarah@example.com".
    std::string words() const;
};

// Fails with missing_argument if neither is given, and conflicting_arguments if both are.
base::result<customer_query> customer_in(const operation_arguments& given);

}  // namespace tollgate::stripe
