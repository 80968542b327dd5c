// The arguments of a tool call, as a person types them.
#pragma once
#include <string>
#include <vector>

#include "base/result.hpp"

namespace CLI {
class App;
}

namespace tollgate::server {

struct call_arguments {
    std::string json;                // a JSON object; empty: none
    std::vector<std::string> pairs;  // "name=value"

    // Adds --arguments and -p, which are written here. The object outlives the command.
    void add_to(CLI::App& command);
    // All of them as a JSON object. A value that is a JSON number, truth, null, list or object is
    // that; anything else is a text. Fails with invalid_argument "bad_arguments".
    base::result<std::string> object() const;
};

}  // namespace tollgate::server
