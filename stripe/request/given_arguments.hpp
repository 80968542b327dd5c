// The arguments of one call, read once, with each name looked up in the operation's parameters.
#pragma once
#include <simdjson.h>

#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "stripe/catalog/catalog.hpp"

namespace tollgate::stripe {

// One argument of a call.
struct given_argument {
    std::string_view name;
    simdjson::dom::element value;
    const parameter* as = nullptr;  // Stripe's parameter with that name, documented or not, or null
};

// Used by the argument rules and the encoder, so that none of them searches the JSON again. The
// views are of the parsed call, which outlives this.
class given_arguments {
public:
    // `arguments` has no duplicate keys. Never fails: a name that `called` does not have is kept
    // without a parameter.
    given_arguments(const operation& called, simdjson::dom::object arguments);

    const operation& called() const { return called_; }
    // In the client's order.
    std::span<const given_argument> all() const { return all_; }
    // The object they were read from.
    simdjson::dom::object object() const { return object_; }

    // The value of the argument `name`; nothing if it was not given.
    std::optional<simdjson::dom::element> find(std::string_view name) const;
    // The same as text; nothing if it is absent or not a string.
    std::optional<std::string_view> text(std::string_view name) const;

private:
    const operation& called_;
    simdjson::dom::object object_;
    std::vector<given_argument> all_;
};

}  // namespace tollgate::stripe
