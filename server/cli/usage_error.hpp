// What a command line that cannot be read is answered with.
#pragma once
#include <string>
#include <vector>

namespace CLI {
class App;
class ParseError;
}  // namespace CLI

namespace tollgate::server {

// Lines for standard error: what is wrong with `words`, the command line without the program, what
// was probably meant, and which --help to read. `app` has failed to parse them with `error`, and
// has all its flags. If no command was given, it is the help itself.
std::string usage_error(const CLI::App& app, const CLI::ParseError& error,
                        const std::vector<std::string>& words);

}  // namespace tollgate::server
