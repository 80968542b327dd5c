// How e-mail addresses are compared.
#pragma once
#include <string>
#include <string_view>

namespace tollgate::tenancy {

// The address without white space around it and in small letters: two addresses are the same if
// this is. Letters of ASCII, Latin-1, Greek and Cyrillic have their small form; other bytes are
// kept.
std::string email_key(std::string_view address);

}  // namespace tollgate::tenancy
