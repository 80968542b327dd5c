// A declarations file on disk.
#pragma once
#include <string>

#include "base/result.hpp"
#include "stripe/declarations/declarations.hpp"
#include "tenancy/rules/tool_directory.hpp"

namespace tollgate::server {

// The file to read: `given`, or if that is empty usepaso.yaml of the current directory if there is
// one, otherwise declarations.yaml.
std::string declarations_path(const std::string& given);

struct declarations_file {
    std::string name;  // as messages have it
    std::string text;
    stripe::checked_declarations checked;
};

// Reads and checks the file at `path`, or with "-" standard input. What is wrong in it is in the
// result. Fails with invalid_argument "unreadable". Blocks.
base::result<declarations_file> read_declarations_file(const std::string& path, bool strict,
                                                       const tenancy::tool_directory& tools);

}  // namespace tollgate::server
