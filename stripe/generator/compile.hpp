// Compiles a catalogue folder into a model with tools.
#pragma once
#include <filesystem>

#include "stripe/generator/model.hpp"

namespace tollgate::stripe::generator {

// Reads facts and records, composes the tools and lints the records. Throws build_error; for lint
// it lists every complaint, one per line.
model compile_catalog(const std::filesystem::path& folder);

}  // namespace tollgate::stripe::generator
