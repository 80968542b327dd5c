#include "stripe/finder/thesaurus.hpp"

#include <algorithm>
#include <array>

#include "stripe/catalog/catalog.hpp"
#include "stripe/finder/words.hpp"

namespace tollgate::stripe {

namespace {

// How many words behind its verb a particle may stand: "switch the new thing off".
constexpr std::size_t verb_reach = 5;

bool is_particle(std::string_view word) {
    static constexpr std::array<std::string_view, 8> all{"away", "back", "down",    "off",
                                                         "on",   "out",  "through", "up"};
    return std::ranges::binary_search(all, word);
}

}  // namespace

thesaurus::thesaurus() {
    stemmer stems;
    each_part(synonyms(), '\n', [&](std::string_view line) {
        const auto tab = line.find('\t');
        const auto name = "=" + std::string(line.substr(0, tab));
        each_part(line.substr(tab + 1), ';', [&](std::string_view phrase) {
            const auto said = phrase_stems(split_words(phrase), stems);
            if (said.empty()) return;
            for (std::size_t size = 1; size < said.size(); ++size)
                names_.try_emplace(joined(said, 0, size));
            names_[joined(said, 0, said.size())].push_back(name);
        });
    });
}

std::vector<std::string> thesaurus::names_in(const std::vector<std::string>& stems) const {
    std::vector<std::string> out;
    const auto collect = [&](const std::string& phrase) {
        const auto found = names_.find(phrase);
        if (found == names_.end()) return false;
        out.insert(out.end(), found->second.begin(), found->second.end());
        return true;
    };
    for (std::size_t i = 0; i < stems.size(); ++i) {
        std::string phrase = stems[i];
        for (std::size_t next = i + 1; collect(phrase) && next < stems.size(); ++next)
            phrase.append(" ").append(stems[next]);
        if (!is_particle(stems[i]) || i < 2) continue;
        for (std::size_t verb = i - std::min(i, verb_reach); verb + 1 < i; ++verb)
            collect(stems[verb] + ' ' + stems[i]);
    }
    std::sort(out.begin(), out.end());
    out.erase(std::unique(out.begin(), out.end()), out.end());
    return out;
}

const thesaurus& known_synonyms() {
    static const thesaurus one;
    return one;
}

}  // namespace tollgate::stripe
