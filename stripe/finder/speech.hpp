// How people speak of an operation, learnt from the sayings: how much likelier each word of a
// request is among what is said of it, of its resource and of its action than anywhere.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace tollgate::stripe {

// What an operation is to the model: one of a resource, with an action.
struct spoken_operation {
    std::uint16_t resource = 0;
    std::uint16_t action = 0;
};

// A mixture of unigram models. Filled by one thread; after finish() any may judge.
class speech_model {
public:
    // Filling: the next operation, whose position is the number of those before, then texts that
    // ask for it, as marks (see action_marks).
    speech_model() { marks_.reserve(8192); }
    void add(spoken_operation one);
    void learn(const std::vector<std::string>& marks);
    // After the last learn().
    void finish();

    // For each operation the mean of the logarithms of how much likelier its marks are there than
    // anywhere. Marks that nobody said count nothing. Empty when nothing was learnt.
    std::vector<float> judge(const std::vector<std::string>& marks) const;

private:
    struct share {
        std::uint16_t which;
        float value;  // while filling a count, then how much likelier than anywhere
    };
    struct held_mark {
        std::vector<share> operations;
        std::vector<share> resources;
        std::vector<share> actions;
        float count = 0;
    };
    static void count(std::vector<share>& in, std::uint16_t which);

    std::vector<spoken_operation> operations_;
    std::unordered_map<std::string, held_mark> marks_;
    std::vector<float> of_operation_;  // marks learnt of each
    std::vector<float> of_resource_;
    std::vector<float> of_action_;
};

}  // namespace tollgate::stripe
