// What is to be done, learnt from the sayings: which words go with listing, which with cancelling.
#pragma once
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "stripe/catalog/catalog.hpp"

namespace tollgate::stripe {

// What tells the deed in a text: its stems, its first word, the names of its synonyms. Fillers
// ("who", "did") count here.
std::vector<std::string> deed_marks(const std::vector<std::string>& words,
                                    const std::vector<std::string>& stems,
                                    const std::vector<std::string>& synonyms);

// Naive Bayes over the marks of texts. A deed is a kind of call or a verb of its own ("capture").
class deed_model {
public:
    // Filling: the deed of an operation, and texts that ask for it.
    std::size_t deed_of(const operation& one);
    void learn(std::size_t deed, std::size_t resource, const std::vector<std::string>& marks);
    // After the last learn().
    void finish();

    // The log-odds of each deed, 0 for the likeliest.
    std::vector<float> judge(const std::vector<std::string>& marks) const;

private:
    struct count {
        std::size_t deed;
        float value;
    };
    std::unordered_map<std::string_view, std::size_t> deeds_;
    std::vector<float> totals_;  // by deed: marks learnt; after finish(), what an unseen mark says
    struct held_mark {
        std::vector<count> counts;
        std::vector<std::size_t> resources;  // that a text with it is about
    };
    std::unordered_map<std::string, held_mark> marks_;
};

}  // namespace tollgate::stripe
