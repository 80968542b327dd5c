// How much each sign counts in the ranking. The figures were found by search: they do best on the
// labelled sets that may be learnt from, and on sayings left out of the index. A new sign needs
// new figures for all of them.
#pragma once

namespace tollgate::stripe {

struct finder_weights {
    // How much a word counts by where it stands.
    float name = 2.08F;
    float title = 1.74F;
    float called = 2.23F;
    float said = 1.33F;
    float meant_field = 0.85F;
    float description = 1.52F;
    float tag = 0.46F;
    float argument = 0.66F;

    // BM25F: saturation of repeated words, and how far the length of a field counts.
    float saturation = 2.00F;
    float length_share = 0.34F;
    float said_length_share = 0.37F;

    // The resource's share, and the nearest saying's, beside the operation's own words; the power
    // of the share of the request that an operation covers.
    float group = 0.79F;
    float nearest = 0.70F;
    float coverage = 0.55F;

    // Words of a request: explained by the vocabulary, meant by it, of an id's object, and verbs
    // that tell a kind of call; against the sayings, a verb, and a word nobody knows.
    float explained = 0.51F;
    float meant = 0.62F;
    float object = 1.12F;
    float verb = 0.32F;
    float said_verb = 2.05F;
    float unknown = 2.57F;

    // Names of synonyms: in a request against all texts, against sayings, and in a saying.
    float synonym = 0.64F;
    float synonym_said = 0.27F;
    float synonym_saying = 1.26F;

    // Factors by kind of call: asked for; a write where a question was asked; reads where nothing
    // was said, with the object in the plural or not.
    float named = 1.16F;
    float question_write = 0.64F;
    float list_many = 1.43F;
    float list = 1.01F;
    float search = 0.53F;
    float get = 0.97F;
    float get_many = 0.62F;

    // Factors where an id was given.
    float acts_on_id = 1.47F;
    float search_with_id = 0.59F;

    // The learnt deed: how far its log-odds count, how much it takes to believe in a word, and of
    // how many resources a word has to be said to tell a deed.
    float deed = 0.08F;
    float deed_prior = 227.0F;
    float deed_resources = 41.0F;
};

inline constexpr finder_weights tuned;

}  // namespace tollgate::stripe
