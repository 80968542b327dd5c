// Finds where the next page of a v2 list begins.
#pragma once
#include <string>
#include <string_view>

namespace tollgate::stripe {

// The decoded `page` parameter of a `next_page_url` ("/v2/core/accounts?limit=20&page=page_1"), or
// empty if it has none. The URL comes from an answer: only this parameter of it is used.
std::string page_of_url(std::string_view next_page_url);

}  // namespace tollgate::stripe
