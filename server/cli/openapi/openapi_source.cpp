#include "server/cli/openapi/openapi_source.hpp"

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iostream>

#include "base/encoding.hpp"
#include "server/cli/gateway/http_call.hpp"
#include "server/cli/openapi/openapi_document.hpp"

namespace tollgate::server {

namespace {

constexpr unsigned http_ok = 200;

base::failure unreadable(const std::string& name, const std::string& why) {
    return base::invalid("unreadable", "cannot read " + name + ": " + why);
}

base::result<openapi_source> read_stream(std::istream& from, std::string name) {
    openapi_source out{std::move(name), {}};
    constexpr std::size_t part_bytes = std::size_t{256} * 1024;
    std::string part(part_bytes, '\0');
    while (from && out.text.size() <= openapi_bytes_max) {
        from.read(part.data(), static_cast<std::streamsize>(part.size()));
        out.text.append(part.data(), static_cast<std::size_t>(from.gcount()));
    }
    if (out.text.size() > openapi_bytes_max)
        return base::invalid("too_large", out.name + " has more than 32 MiB");
    return out;
}

base::result<openapi_source> fetch(const std::string& url) {
    const auto caller = http_caller::make(url);
    if (!caller) return unreadable(url, "the URL " + caller.error().message);
    const auto answer = caller->call({.method = "GET"});
    if (!answer) return unreadable(url, "it does not answer. Download it, and name the file");
    if (answer->status != http_ok)
        return unreadable(url, "it answers with status " + std::to_string(answer->status) +
                                   ", and redirects are not followed. Download it, and name the "
                                   "file");
    return openapi_source{url, answer->body};
}

}  // namespace

base::result<openapi_source> read_openapi_source(const std::string& from) {
    if (from == "-") return read_stream(std::cin, "standard input");
    if (from.starts_with("https://") || from.starts_with("http://")) return fetch(from);
    std::string path = from;
    if (from.starts_with("file://")) {
        const auto decoded = base::percent_decoded(from.substr(7), base::plus_sign::itself);
        if (!decoded || !decoded->starts_with('/'))
            return unreadable(from, "write it as file:///path/of/the/file");
        path = *decoded;
    }
    std::error_code ignored;
    if (std::filesystem::exists(path, ignored) && !std::filesystem::is_regular_file(path, ignored))
        return unreadable(path, "it is not a file");
    std::ifstream file{path, std::ios::binary};
    if (!file) return unreadable(path, std::strerror(errno));
    return read_stream(file, path);
}

}  // namespace tollgate::server
