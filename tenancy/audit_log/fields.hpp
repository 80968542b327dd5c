// Fields of the text formats in this folder: lines, decimal numbers, hashes. Each value has one
// canonical encoding; every other encoding is refused.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/crypto.hpp"

namespace tollgate::tenancy::audit_log {

// The most entries a log may have. Go's implementation of these formats counts with 63 bits.
constexpr std::uint64_t size_max = (std::uint64_t{1} << 63U) - 1;

// Returns the next line of `rest` without its newline; `rest` then begins after that newline.
// Returns nullopt and leaves `rest` unchanged if `rest` has no newline.
std::optional<std::string_view> take_line(std::string_view& rest);

// Parses an ASCII decimal number without sign or leading zeros. Returns nullopt for any other text
// and for values above `max`.
std::optional<std::uint64_t> parse_decimal(std::string_view text, std::uint64_t max = size_max);

// A SHA-256 hash in base64 (RFC 4648 §4): 44 characters.
std::string base64_of(const base::digest& hash);
// Returns nullopt if `text` is not the base64 of 32 bytes.
std::optional<base::digest> digest_from_base64(std::string_view text);

// True if `text` is valid UTF-8 (RFC 3629) and has no ASCII control character except newline: the
// characters that a signed note may contain (C2SP signed-note, "Format").
bool is_note_text(std::string_view text);

}  // namespace tollgate::tenancy::audit_log
