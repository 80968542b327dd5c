// A file that is embedded in the binary (cmake/embed.cmake).
#pragma once
#include <span>
#include <string_view>

namespace tollgate::base {

// Both views live as long as the process.
struct embedded_file {
    std::string_view name;  // without its folder
    std::string_view text;
};

}  // namespace tollgate::base
