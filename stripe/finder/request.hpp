// A plain-language request, read: the stems to look for, how much each counts, and what is to be
// done.
#pragma once
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "stripe/finder/lexicon.hpp"
#include "tenancy/rules/method.hpp"

namespace tollgate::stripe {

struct request_words {
    std::map<std::string, float> words;  // by stem: what was said, and what it means
    std::map<std::string, float> said;   // by stem: what was said alone
    std::vector<std::string> actions;    // what tells the action, see action_marks
    tenancy::method_set kinds = 0;       // none: nothing was said of it
    bool one = false;                    // an id was given
    std::vector<std::size_t> ids;        // of which kinds, see id_kind, in the order given
    bool many = false;                   // an object was named in the plural
    bool question = false;               // it asks: nothing is to be done
};

// Thread-safe. Looks at the first kilobyte of `text`; mistyped words are read as those `known`
// has.
request_words read_request(std::string_view text, const lexicon& known);

}  // namespace tollgate::stripe
