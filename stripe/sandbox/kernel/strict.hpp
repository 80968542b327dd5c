// Strict mode: answers for operations that the sandbox does not simulate.
#pragma once
#include <string>

#include "stripe/sandbox/kernel/world.hpp"

namespace tollgate::sandbox {

// The answer of an operation that is not simulated, for validated parameters: an object of the kind
// in the catalogue, with the parameters sent and an id (the path's, or a new one); an empty page;
// or a deletion marker. Nothing is stored. For a binary answer, use strict_pdf().
json strict_answer(call& call);

// The bytes of a small PDF.
std::string strict_pdf();

}  // namespace tollgate::sandbox
