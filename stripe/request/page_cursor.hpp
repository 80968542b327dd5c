// A position in a list, before it is sealed into next_cursor.
#pragma once
#include <cstdint>
#include <string>

namespace tollgate::stripe {

// Where a page begins: after the object with that id (lists), or on the page with that token
// (searches and v2 lists; empty for the first), after the given number of its rows.
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
