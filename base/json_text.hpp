// Writes JSON straight into a flat buffer: the data path's counterpart of a JSON library's dump.
#pragma once
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace tollgate::base {

// Appends `text` as the content of a JSON string (RFC 8259 §7), without the quotes. `text` must be
// UTF-8; bytes of 0x80 and above are copied unchanged.
void append_json_escaped(std::string& out, std::string_view text);

// Returns the first `bytes_max` bytes of `text`, or fewer so as not to split a UTF-8 character.
std::string_view clipped_text(std::string_view text, std::size_t bytes_max) noexcept;

// Appends `"text"`.
void append_json_string(std::string& out, std::string_view text);

// Appends `value` in decimal.
void append_json_number(std::string& out, std::int64_t value);

// Writes the members of one flat object and places the commas. Keys are written unescaped: they
// must be our own names.
class json_members {
public:
    explicit json_members(std::string& out) : out_(out) {}

    json_members& text(std::string_view key, std::string_view value);
    json_members& number(std::string_view key, std::int64_t value);
    json_members& truth(std::string_view key, bool value);
    // Writes `json` unchanged: the caller guarantees that it is valid.
    json_members& raw(std::string_view key, std::string_view json);

private:
    void start(std::string_view key);

    std::string& out_;
    bool first_ = true;
};

}  // namespace tollgate::base
