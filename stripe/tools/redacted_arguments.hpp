// The arguments of a call in the audit log of a team that records more than their digest: enough to
// show which operation was requested, without any text by a person.
#pragma once
#include <cstddef>
#include <string>
#include <string_view>

namespace tollgate::stripe {

// Arguments beyond this size are left out of the record.
constexpr std::size_t redacted_arguments_bytes_max = 4096;

// Returns the `arguments` of the tool as one JSON object. Names of arguments that the tool has are
// kept; of others, only their number ("[others]"). A value is kept if the catalogue says that it
// may be a number, true or false, one of Stripe's listed values, a currency, a time, or if it has
// the form of a Stripe id. Every other text becomes "[text of N characters]", other numbers
// "[number]", and a map with free names, such as metadata, "[N entries]". Arguments that would
// exceed redacted_arguments_bytes_max are left out, and "[cut]" is their number. Empty if `tool` is
// not an operation or `arguments` is not a JSON object.
std::string redacted_arguments(std::string_view tool, std::string_view arguments);

}  // namespace tollgate::stripe
