// What an unknown command or flag may have meant.
#pragma once
#include <string>
#include <vector>

namespace CLI {
class App;
}

namespace tollgate::server {

// A sentence for each word of `words`, the command line without the program, that names no command
// or flag of `app`, with the nearest that there is.
std::vector<std::string> misspellings(const CLI::App& app, const std::vector<std::string>& words);

}  // namespace tollgate::server
