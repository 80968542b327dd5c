// How much each sign counts in the ranking. The figures were found by search: they do best on the
// labelled sets that may be learnt from, and on sayings left out of the index. A new sign needs
// new figures for all of them.
#pragma once

namespace tollgate::stripe {

struct finder_weights {
    // How much a word counts by where it stands.
    float name = 3.44F;
    float title = 2.88F;
    float called = 3.05F;
    float said = 0.56F;
    float meant_field = 0.24F;
    float description = 3.05F;
    float tag = 0.46F;
    float argument = 1.05F;

    // BM25F: saturation of repeated words, and how far the length of a field counts.
    float saturation = 3.31F;
    float length_share = 0.34F;
    float said_length_share = 0.37F;

    // The resource's share, and the nearest saying's (of the operation, its next one, of any
    // operation of the resource), beside the operation's own words.
    float group = 1.58F;
    float nearest = 0.60F;
    float second = 0.057F;
    float kin = 0.71F;

    // Words of a request: explained by the vocabulary, meant by it, of an id's object, and verbs
    // that tell a kind of call; against the sayings, a verb, and a word nobody knows.
    float explained = 0.34F;
    float meant = 0.54F;
    float object = 1.12F;
    float verb = 0.25F;
    float said_verb = 3.09F;
    float unknown = 2.06F;

    // Names of synonyms: in a request against all texts, against sayings, and in a saying.
    float synonym = 0.62F;
    float synonym_said = 0.31F;
    float synonym_saying = 2.97F;

    // Factors by kind of call: asked for; a write where a question was asked; reads where nothing
    // was said, with the object in the plural or not.
    float named = 1.30F;
    float question_write = 0.44F;
    float list_many = 1.74F;
    float list = 0.81F;
    float search = 0.72F;
    float get = 0.86F;
    float get_many = 0.37F;

    // Factors where an id was given.
    float acts_on_id = 1.47F;
    float belongs_to_id = 1.21F;
    float takes_no_id = 0.4F;
    float search_with_id = 0.59F;

    // The speech: how far it counts; the shares of operation, resource and action beside what is
    // said anywhere, and how much it takes to believe in them; how far the number of words counts.
    float speech = 0.19F;
    float speech_operation = 4.01F;
    float speech_resource = 2.60F;
    float speech_action = 2.36F;
    float speech_operation_prior = 70.68F;
    float speech_resource_prior = 26.53F;
    float speech_smooth = 1.16F;
    float speech_length = 0.13F;
};

inline constexpr finder_weights tuned;

}  // namespace tollgate::stripe
