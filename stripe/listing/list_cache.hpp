// Caches the text of tools/list for recent grants of a loop. A list depends only on the catalogue
// and the grant; the cache just avoids building it again.
#pragma once
#include <cstddef>
#include <deque>
#include <string>
#include <string_view>
#include <unordered_map>

#include "tenancy/rules/grant.hpp"

namespace tollgate::stripe {

// Used by one loop only. Holds at most `lists_max` lists and `bytes_max` bytes; the oldest is
// evicted first.
class list_cache {
public:
    static constexpr std::size_t lists_max = 64;
    static constexpr std::size_t bytes_max = std::size_t{8} * 1024 * 1024;

    // The tools visible to `grant`, as comma-separated JSON objects. The view is valid until the
    // next call.
    std::string_view tools(const tenancy::grant& grant);

private:
    void make_room(std::size_t bytes);

    std::unordered_map<std::string, std::string> lists_;  // by key of the grant
    std::deque<std::string> order_;                       // keys, oldest first
    std::size_t bytes_ = 0;
};

// Appends the tools visible to `grant`, without the cache.
void append_tool_list(const tenancy::grant& grant, std::string& out);

}  // namespace tollgate::stripe
