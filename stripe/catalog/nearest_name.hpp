// "Did you mean …?": the name nearest to a mistyped one.
#pragma once
#include <cstddef>
#include <string_view>

namespace tollgate::stripe {

// Offer every legal name, then read the nearest. A name is near when a third of its letters (at
// least one, at most eight) need to change, where a change is a letter put in, left out, replaced,
// or swapped with its neighbour; or when one of the two is the beginning or the end of the other.
// Of equally near names the first offered wins. Allocates nothing; names over 64 bytes are never
// near. The views must outlive the object.
class nearest_name {
public:
    explicit nearest_name(std::string_view wanted) noexcept;

    void offer(std::string_view name) noexcept;

    // Empty when nothing was near.
    std::string_view found() const noexcept { return found_; }

private:
    std::string_view wanted_;
    std::string_view found_;
    std::size_t distance_;
};

}  // namespace tollgate::stripe
