// A plain-language request, read: the stems to look for, how much each counts, and what is to be
// done.
#pragma once
#include <map>
#include <string>
#include <string_view>

#include "tenancy/method.hpp"

namespace tollgate::stripe {

struct request_words {
    std::map<std::string, float> words;  // by stem
    tenancy::method_set kinds = 0;       // none: nothing was said of it
    bool one = false;                    // an id was given
    bool many = false;                   // an object was named in the plural
    bool question = false;               // it asks: nothing is to be done
};

// Thread-safe. Looks at the first kilobyte of `text`.
request_words read_request(std::string_view text);

}  // namespace tollgate::stripe
