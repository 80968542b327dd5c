// What is open at an instance, as the text that instances send each other.
#pragma once
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "server/admin/open_now.hpp"

namespace tollgate::server {

// Entries beyond this size are left out; the totals count them. It fits a message of the bus when
// it is sealed and in Base64.
constexpr std::size_t open_answer_bytes_max = 40'000;

std::string encode_open_answer(const admin::open_at_server& open);
// Nothing if encode_open_answer() did not write it.
std::optional<admin::open_at_server> decode_open_answer(std::string_view text);

}  // namespace tollgate::server
