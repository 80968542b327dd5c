// A file as a tool's argument: base64 in, bytes and what they look like out.
#pragma once
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace tollgate::stripe {

// The largest file a call may carry, in bytes. The request that brings it must also fit the
// gateway's own limit on bodies, in base64.
constexpr std::size_t file_bytes_max = std::size_t{10} * 1024 * 1024;

// The bytes that `text` stands for: base64 in the standard or the URL alphabet (not mixed), with
// or without padding. Nullopt for anything else, white space included.
std::optional<std::string> decoded_base64(std::string_view text);

// What a file is called and declared as when nothing else is said.
struct file_kind {
    std::string_view filename;
    std::string_view content_type;
};

// Told by the first bytes; "upload" and application/octet-stream when they say nothing.
file_kind kind_of_file(std::string_view bytes) noexcept;

}  // namespace tollgate::stripe
