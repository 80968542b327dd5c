#include "stripe/request/reserved_names.hpp"

#include <algorithm>
#include <string>

namespace tollgate::stripe {

namespace {

// The depth of arguments is limited where they are read.
bool has_reserved(simdjson::dom::element value) {
    simdjson::dom::object members;
    simdjson::dom::array items;
    if (value.get(members) == simdjson::SUCCESS)
        return std::any_of(members.begin(), members.end(), [](const auto& member) {
            return member.key == receipt_metadata_key || has_reserved(member.value);
        });
    if (value.get(items) == simdjson::SUCCESS)
        return std::any_of(items.begin(), items.end(), has_reserved);
    return false;
}

}  // namespace

std::optional<base::failure> reserved_name(const given_arguments& given) {
    if (given.called().method() == http_method::get) return {};
    for (const auto& one : given.all())
        if (has_reserved(one.value))
            return base::invalid("reserved_metadata",
                                 "The metadata key '" + std::string(receipt_metadata_key) +
                                     "' is written by this gateway only. Leave it out: a value "
                                     "that an object has is kept.",
                                 std::string(one.name));
    return {};
}

}  // namespace tollgate::stripe
