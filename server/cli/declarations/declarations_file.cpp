#include "server/cli/declarations/declarations_file.hpp"

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>

namespace tollgate::server {

namespace {

constexpr const char* known_names[] = {"usepaso.yaml", "declarations.yaml"};

// Not more than one byte above the limit: what is longer is refused by the reader.
std::string read_some(std::istream& from) {
    std::string out(tenancy::declarations_bytes_max + 1, '\0');
    from.read(out.data(), static_cast<std::streamsize>(out.size()));
    out.resize(static_cast<std::size_t>(from.gcount()));
    return out;
}

}  // namespace

std::string declarations_path(const std::string& given) {
    if (!given.empty()) return given;
    std::error_code ignored;
    return std::filesystem::exists(known_names[0], ignored) ? known_names[0] : known_names[1];
}

base::result<declarations_file> read_declarations_file(const std::string& path, bool strict,
                                                       const tenancy::tool_directory& tools) {
    declarations_file out;
    const bool input = path == "-";
    out.name = input ? "standard input" : path;
    if (input) {
        out.text = read_some(std::cin);
    } else {
        std::error_code ignored;
        std::ifstream file{path};
        if (!file || !std::filesystem::is_regular_file(path, ignored))
            return base::invalid("unreadable",
                                 "cannot read " + path + ": " +
                                     (errno == 0 ? "it is not a file" : std::strerror(errno)) +
                                     ". Name a declarations file, or write usepaso.yaml");
        out.text = read_some(file);
    }
    out.checked = stripe::check_declarations(out.text, out.name, strict, tools);
    return out;
}

}  // namespace tollgate::server
