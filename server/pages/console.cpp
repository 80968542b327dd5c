#include "server/pages/console.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <string_view>

#include "base/crypto.hpp"
#include "base/joined_text.hpp"
#include "tenancy/rules/gateway_paths.hpp"

namespace tollgate::server {

// Made by the build (console/CMakeLists.txt).
namespace console_assets {
std::span<const base::embedded_file> embedded_files();
}

namespace {

using tenancy::gateway_paths::console;

constexpr std::string_view slash = "/";
constexpr std::string_view assets_folder = "/assets/";
constexpr std::string_view root = base::joined_text<console, slash>;
constexpr std::string_view assets = base::joined_text<console, assets_folder>;
constexpr std::string_view page = "index.html";
constexpr std::size_t digest_characters = 16;  // of a file's SHA-256, in the file's address

constexpr std::string_view content_policy =
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

std::string_view type_of(std::string_view name) {
    if (name.ends_with(".html")) return "text/html; charset=utf-8";
    if (name.ends_with(".js")) return "text/javascript; charset=utf-8";
    if (name.ends_with(".css")) return "text/css; charset=utf-8";
    return "image/svg+xml";
}

std::optional<std::string_view> find(std::span<const base::embedded_file> files,
                                     std::string_view name) {
    const auto found = std::ranges::find(files, name, &base::embedded_file::name);
    if (found == files.end()) return {};
    return found->text;
}

std::string_view trimmed(std::string_view text) {
    while (text.starts_with(' ') || text.starts_with('\t')) text.remove_prefix(1);
    while (text.ends_with(' ') || text.ends_with('\t')) text.remove_suffix(1);
    return text;
}

// True if Accept-Encoding names `coding`, and not with a weight of 0 (RFC 9110 §12.5.3).
bool accepts(std::string_view accepted, std::string_view coding) {
    while (!accepted.empty()) {
        const auto comma = accepted.find(',');
        const std::string_view one = accepted.substr(0, comma);
        accepted.remove_prefix(comma == std::string_view::npos ? accepted.size() : comma + 1);
        const auto semicolon = one.find(';');
        if (!base::equal_ignore_case(trimmed(one.substr(0, semicolon)), coding)) continue;
        if (semicolon == std::string_view::npos) return true;
        const std::string_view weight = trimmed(one.substr(semicolon + 1));
        return weight.find_first_of("123456789") != std::string_view::npos;
    }
    return false;
}

struct coding {
    std::string_view name;
    std::string_view ending;  // of the file
};
constexpr std::array<coding, 2> codings{{{"br", ".br"}, {"gzip", ".gz"}}};

// The file with that name, in the best encoding that the client accepts.
base::http_response file_response(const base::http_request& request,
                                  std::span<const base::embedded_file> files, std::string_view name,
                                  std::string_view text) {
    base::http_response out;
    out.content_type = type_of(name);
    out.headers.emplace_back("Vary", "Accept-Encoding");
    const std::string_view accepted = request.header("Accept-Encoding");
    for (const coding& one : codings) {
        if (!accepts(accepted, one.name)) continue;
        const auto packed = find(files, std::string(name).append(one.ending));
        if (!packed) continue;
        out.headers.emplace_back("Content-Encoding", one.name);
        out.body = *packed;
        return out;
    }
    out.body = text;
    return out;
}

base::http_response not_found(std::string_view why) {
    base::http_response out;
    out.status = 404;
    out.content_type = "text/plain; charset=utf-8";
    out.body = why;
    return out;
}

// The name of the file that an address names as app.0123456789abcdef.js, if its digest is right.
std::optional<std::string> named_file(std::string_view address,
                                      std::span<const base::embedded_file> files) {
    const auto first = address.find('.');
    const auto last = address.rfind('.');
    if (first == std::string_view::npos || first == last) return {};
    const std::string_view digest = address.substr(first + 1, last - first - 1);
    std::string name{address.substr(0, first)};
    name += address.substr(last);
    const auto text = find(files, name);
    if (!text) return {};
    const std::string whole = base::hex(base::as_view(base::sha256(*text)));
    if (digest != std::string_view(whole).substr(0, digest_characters)) return {};
    return name;
}

}  // namespace

std::span<const base::embedded_file> console_files() {
    return console_assets::embedded_files();
}

base::http_response console_response(const base::http_request& request,
                                     std::span<const base::embedded_file> files) {
    const auto index = find(files, page);
    if (!index) return not_found("This gateway was built without the console.\n");
    if (request.path == root.substr(0, root.size() - 1)) {
        base::http_response out;
        out.status = 308;
        out.content_type = {};
        out.headers.emplace_back("Location", root);
        return out;
    }
    if (request.path.starts_with(assets)) {
        const auto name = named_file(request.path.substr(assets.size()), files);
        if (!name)
            return not_found("This file is of another version of the console. Reload the page.\n");
        auto out = file_response(request, files, *name, *find(files, *name));
        out.headers.emplace_back("Cache-Control", "public, max-age=31536000, immutable");
        return out;
    }
    auto out = file_response(request, files, page, *index);
    out.headers.emplace_back("Content-Security-Policy", content_policy);
    out.headers.emplace_back("X-Frame-Options", "DENY");
    out.headers.emplace_back("Cross-Origin-Opener-Policy", "same-origin");
    out.headers.emplace_back("Cross-Origin-Resource-Policy", "same-origin");
    return out;
}

}  // namespace tollgate::server
