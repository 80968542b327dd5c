// How much each sign counts in the ranking.
#pragma once

namespace tollgate::stripe {

struct finder_weights {
    // How much a word counts by where it stands.
    float name = 2.34F;
    float title = 1.65F;
    float called = 1.50F;
    float said = 1.60F;
    float description = 0.58F;
    float tag = 0.49F;
    float argument = 0.24F;
    // Okapi BM25: saturation of repeated words, and how far length counts.
    float saturation = 1.70F;
    float length_share = 0.74F;
    float said_length_share = 0.27F;
    float group = 0.62F;
    float group_length_share = 0.4F;
    float nearest = 0.94F;
    float coverage = 0.55F;
    // request
    float explained = 0.59F;
    float meant = 0.51F;
    float object = 1.47F;
    float verb = 0.39F;
    float said_verb = 1.59F;
    // kinds
    float named = 1.17F;
    float question_write = 0.65F;
    float list_many = 1.10F;
    float list = 0.92F;
    float search = 0.96F;
    float get = 0.94F;
    float get_many = 0.74F;
    float acts_on_id = 1.5F;
    float search_with_id = 0.6F;
    float unknown = 2.85F;
};

inline constexpr finder_weights tuned;

}  // namespace tollgate::stripe
