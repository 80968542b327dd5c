// Writes the compiled catalogue as a C++ file.
#pragma once
#include <filesystem>

#include "stripe/generator/model.hpp"

namespace tollgate::stripe::generator {

// Writes `file` anew. Throws build_error if that fails.
void emit(const model& from, const std::filesystem::path& file);

}  // namespace tollgate::stripe::generator
