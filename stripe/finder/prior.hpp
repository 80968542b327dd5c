// How likely an operation is meant before a word of the request is read.
#pragma once
#include "stripe/catalog/catalog.hpp"
#include "stripe/finder/request.hpp"

namespace tollgate::stripe {

// About 1: more for the objects everybody works with, less for older routes, test helpers and v2.
float prior_of(const operation& one);

// The same for a request that may name what the prior holds against the operation ("test", "v2").
float prior_in(const request_words& request, const operation& one, float prior);

}  // namespace tollgate::stripe
