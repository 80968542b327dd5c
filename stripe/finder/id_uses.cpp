#include "stripe/finder/id_uses.hpp"

#include <algorithm>
#include <array>
#include <span>
#include <string>
#include <unordered_map>

#include "stripe/finder/vocabulary.hpp"

namespace tollgate::stripe {

namespace {

using kinds_of_id = std::vector<std::uint8_t>;

// Names of parameters that take ids under another name than the object's.
struct other_name {
    std::string_view parameter;
    std::string_view object;
};
constexpr std::array<other_name, 17> other_names{{
    {"source", "charge"},
    {"source", "refund"},
    {"source", "payout"},
    {"source", "transfer"},
    {"source", "topup"},
    {"source", "application fee"},
    {"source", "card"},
    {"source", "bank account"},
    {"source", "token"},
    {"card", "token"},
    {"bank_account", "token"},
    {"external_account", "token"},
    {"destination", "account"},
    {"destination", "card"},
    {"destination", "bank account"},
    {"on_behalf_of", "account"},
    {"source_transaction", "charge"},
}};

// By the name of a parameter: the kinds of id that it takes.
const std::unordered_map<std::string, kinds_of_id>& kinds_by_name() {
    static const auto made = [] {
        std::unordered_map<std::string, kinds_of_id> out;
        const auto prefixes = id_prefixes();
        for (std::size_t i = 0; i < prefixes.size(); ++i) {
            std::string name(prefixes[i].object);
            std::ranges::replace(name, ' ', '_');
            out[name].push_back(static_cast<std::uint8_t>(i));
            out[name + "s"].push_back(static_cast<std::uint8_t>(i));
            for (const auto& other : other_names)
                if (other.object == prefixes[i].object)
                    out[std::string(other.parameter)].push_back(static_cast<std::uint8_t>(i));
        }
        return out;
    }();
    return made;
}

// "default_payment_method" takes what "payment_method" takes: a name, or its end.
void add_name(std::string_view name, std::vector<id_use>& out) {
    while (true) {
        if (const auto found = kinds_by_name().find(std::string(name));
            found != kinds_by_name().end())
            for (const auto kind : found->second) out[kind] = std::max(out[kind], id_use::argument);
        const auto end = name.find('_');
        if (end == name.npos) return;
        name.remove_prefix(end + 1);
    }
}

void add_parameters(std::span<const parameter> all, int depth, std::vector<id_use>& out) {
    for (const auto& one : all) {
        if (!one.name().empty()) add_name(one.name(), out);
        if (depth > 0) add_parameters(one.children(), depth - 1, out);
    }
}

// An operation on the object, or on what belongs to it; "/v1/payment_intents/{intent}/capture" is
// on the payment intent.
id_use use_in_path(const operation& one, const id_prefix& kind) {
    const auto path = one.path_template();
    const std::string before = "/" + std::string(kind.collection) + "/{";
    const auto at = path.find(before);
    if (at == path.npos) return id_use::none;
    const bool more = path.find('/', at + before.size()) != path.npos;
    return more && one.kind() != tenancy::method::custom ? id_use::belongs : id_use::object;
}

}  // namespace

std::size_t id_kind(std::string_view word) {
    const auto prefixes = id_prefixes();
    std::size_t longest = no_id;
    for (std::size_t i = 0; i < prefixes.size(); ++i)
        if (word.starts_with(prefixes[i].prefix) && word.size() > prefixes[i].prefix.size())
            longest = i;
    static constexpr std::array<std::string_view, 10> plain{
        "card_", "clock_",   "fee_",    "file_",  "in_",
        "link_", "mandate_", "person_", "price_", "tax_"};
    if (longest == no_id || !std::ranges::binary_search(plain, prefixes[longest].prefix))
        return longest;
    return word.find_first_of("0123456789") == word.npos ? no_id : longest;
}

std::vector<id_use> id_uses_of(const operation& one) {
    const auto prefixes = id_prefixes();
    std::vector<id_use> out(prefixes.size(), id_use::none);
    add_parameters(one.parameters(), 3, out);
    for (std::size_t i = 0; i < prefixes.size(); ++i)
        out[i] = std::max(out[i], use_in_path(one, prefixes[i]));
    return out;
}

}  // namespace tollgate::stripe
