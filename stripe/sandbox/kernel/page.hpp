// Lists and searches: filters, cursors, pages.
#pragma once
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include "stripe/sandbox/kernel/world.hpp"

namespace tollgate::sandbox {

// One page of `rows` (newest first) as Stripe's list, by limit, starting_after and ending_before.
// Invalid limits and unknown cursors give 400s; a cursor may be an object that the filters leave
// out.
outcome<json> list_page(call& call, std::string_view object, const std::vector<json*>& rows,
                        std::string url);

// The rows of `object` whose fields equal the parameters with these names (strings and booleans),
// are within the ranges `created`, `arrival_date` and `due_date` if given, and pass `also`.
std::vector<json*> filtered(call& call, std::string_view object,
                            std::initializer_list<std::string_view> equal,
                            const std::function<bool(const json&)>& also = {});

// `filtered` followed by `list_page`: the list of a whole collection.
outcome<json> list_all(call& call, std::string_view object,
                       std::initializer_list<std::string_view> equal,
                       const std::function<bool(const json&)>& also = {});

// True if `value` is within the range parameter `key`, or the parameter is absent.
bool in_range(const json& params, std::string_view key, std::int64_t value);

// The GET …/search of `object` ("charge"), called `plural` in messages: parses `query`, pages by
// `page`. See search.hpp for the grammar.
outcome<json> search_all(call& call, std::string_view object, std::string_view plural);

// `{"object":"list", …}` with these whole rows, for a list inside an object; at most ten.
json inner_list(const std::vector<json*>& rows, std::string url);

}  // namespace tollgate::sandbox
