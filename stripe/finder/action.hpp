// What is to be done: the actions of operations, and what tells them in a text.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "stripe/catalog/catalog.hpp"

namespace tollgate::stripe {

// What tells the action in a text: its stems, its first word, the names of its synonyms. Fillers
// ("who", "did") count here.
std::vector<std::string> action_marks(const std::vector<std::string>& words,
                                      const std::vector<std::string>& stems,
                                      const std::vector<std::string>& synonyms);

// Numbers for what operations do: a kind of call or a verb of its own ("capture").
class action_names {
public:
    // The action of an operation, the next number when it is new.
    std::uint16_t of(const operation& one);

private:
    std::unordered_map<std::string_view, std::uint16_t> known_;
};

}  // namespace tollgate::stripe
