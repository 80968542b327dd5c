// How e-mail addresses are compared.
#pragma once
#include <string>
#include <string_view>

namespace tollgate::tenancy {

// Returns the address without surrounding white space and in lower case: two addresses are equal if
// their keys are. Letters of ASCII, Latin-1, Greek and Cyrillic are converted; other bytes are
// kept.
std::string email_key(std::string_view address);

}  // namespace tollgate::tenancy
