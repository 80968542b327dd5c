// A place in a list, before it is sealed into next_cursor.
#pragma once
#include <cstdint>
#include <string>

namespace tollgate::stripe {

// Where a page begins or goes on: after the object of that id (lists), or on the page of that token
// (searches and v2 lists; empty for the first) behind so many of its rows.
struct page_cursor {
    std::string token;
    std::uint32_t skip = 0;
};

// Makes the opaque text of a cursor.
class cursor_maker {
public:
    virtual ~cursor_maker() = default;
    virtual std::string seal(const page_cursor& where) const = 0;
};

}  // namespace tollgate::stripe
