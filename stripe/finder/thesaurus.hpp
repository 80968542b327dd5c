// Words that mean much the same, under one name.
#pragma once
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace tollgate::stripe {

// Thread-safe once built.
class thesaurus {
public:
    // The catalogue's synonyms.
    thesaurus();

    // The names of all groups that have a word or a phrase among `stems` (see phrase_stems), with
    // '=' in front, sorted, each once. Of a phrase that ends in "off", "back" or the like, other
    // words may stand before that: "switch the webhook off".
    std::vector<std::string> names_in(const std::vector<std::string>& stems) const;

private:
    // By phrase; the beginnings of longer phrases are there too, without names of their own.
    std::unordered_map<std::string, std::vector<std::string>> names_;
};

// The one of the process, built at first use.
const thesaurus& known_synonyms();

}  // namespace tollgate::stripe
