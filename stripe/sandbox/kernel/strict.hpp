// Strict mode: an answer for operations the sandbox does not simulate.
#pragma once
#include <string>

#include "stripe/sandbox/kernel/world.hpp"

namespace tollgate::sandbox {

// What an operation that nobody wrote answers to validated parameters: an object of the kind the
// catalogue names, with what was sent in it and an id (the path's, or a new one); an empty page;
// the mark of a deletion. Nothing is kept. A binary answer is strict_pdf() instead.
json strict_answer(call& call);

// The bytes of a small PDF.
std::string strict_pdf();

}  // namespace tollgate::sandbox
