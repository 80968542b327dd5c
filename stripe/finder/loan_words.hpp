// Words of other languages, short forms and common slips, in the words that the finder knows.
#pragma once
#include <optional>
#include <string_view>

namespace tollgate::stripe {

// The English for `word` (lower case, without accents), with blanks between: "rechnung" is
// "invoice". Empty for a word that says nothing ("pour"); nothing for a word that is no such word.
std::optional<std::string_view> meant_by(std::string_view word);

}  // namespace tollgate::stripe
