// The small business a sandbox starts with.
#pragma once
#include "stripe/sandbox/kernel/world.hpp"

namespace tollgate::sandbox {

// Writes about ninety days of history ending now, with the same operations that requests use: the
// same clock and seed give the same business. docs/sandbox.md lists its content.
void write_history(world& in, const routes& table);

}  // namespace tollgate::sandbox
