// The arguments of a call as the audit log of a team shows them that wants more than their digest:
// what says which operation was asked for, and no text of a person.
#pragma once
#include <cstddef>
#include <string>
#include <string_view>

namespace tollgate::stripe {

// More than that is left out of the record.
constexpr std::size_t redacted_arguments_bytes_max = 4096;

// `arguments` of the tool as one JSON object. Names of arguments that the tool has are kept; of
// others, only their number ("[others]"). A value is kept if the catalogue says that it may be one
// of these: a number, true or false, one of the values that Stripe names, a currency, a time, and
// what has the form of an id of Stripe's. Every other text becomes "[text of N characters]", other
// numbers "[number]", and a map with free names, such as metadata, "[N entries]". Arguments that
// would make it longer than redacted_arguments_bytes_max are left out, and "[cut]" is their
// number. Empty if `tool` is no operation or `arguments` no JSON object.
std::string redacted_arguments(std::string_view tool, std::string_view arguments);

}  // namespace tollgate::stripe
