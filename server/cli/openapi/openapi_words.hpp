// Names and sentences from an OpenAPI document, whose texts nobody has checked: models read them.
#pragma once
#include <cstddef>
#include <string>
#include <string_view>

namespace tollgate::server {

// `text` as one line without invisible characters, which could hide instructions.
std::string plain_line(std::string_view text);

// The first sentence of `text`, of `bytes_max` bytes at most, as plain_line(): without HTML tags,
// and of Markdown only the words. Empty if there is none.
std::string first_sentence(std::string_view text, std::size_t bytes_max);

// "list_http_servers" for "listHTTPServers" or "list-http/servers"; a letter first, and 64 bytes at
// most.
std::string snake_name(std::string_view text);

// The name with a number behind it: "refund_2".
std::string numbered_name(std::string_view name, std::size_t number);

}  // namespace tollgate::server
