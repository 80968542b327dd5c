// A file as a tool's argument: decodes base64, and detects the type of the bytes.
#pragma once
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace tollgate::stripe {

// The largest file in a call, in bytes. Its base64 must also fit the gateway's limit on request
// bodies.
constexpr std::size_t file_bytes_max = std::size_t{10} * 1024 * 1024;

// Decodes `text`: base64 in the standard or the URL alphabet (not mixed), with or without padding.
// Nullopt for anything else, including white space.
std::optional<std::string> decoded_base64(std::string_view text);

// The default name and media type of a file.
struct file_kind {
    std::string_view filename;
    std::string_view content_type;
};

// Detected from the first bytes; "upload" and application/octet-stream if unknown.
file_kind kind_of_file(std::string_view bytes) noexcept;

}  // namespace tollgate::stripe
