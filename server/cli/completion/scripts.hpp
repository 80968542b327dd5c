// The shells' scripts, as files inside the binary.
#pragma once
#include <span>

#include "base/embedded.hpp"

namespace tollgate::server::completion_scripts {

// "tollgate.bash", "tollgate.zsh" and "tollgate.fish".
std::span<const base::embedded_file> embedded_files();

}  // namespace tollgate::server::completion_scripts
