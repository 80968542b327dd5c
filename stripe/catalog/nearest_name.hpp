// "Did you mean …?": the name nearest to a mistyped one.
#pragma once
#include <cstddef>
#include <string_view>

namespace tollgate::stripe {

// Offer every allowed name, then read the nearest. A name is near if at most a third of its letters
// (at least one, at most eight) must change, where a change inserts, deletes or replaces a letter
// or swaps two neighbours; or if one name is the beginning or the end of the other. Of equally near
// names the first offered wins. Allocates nothing; names over 64 bytes are never near. The views
// must outlive the object.
class nearest_name {
public:
    explicit nearest_name(std::string_view wanted) noexcept;

    void offer(std::string_view name) noexcept;

    // Empty if no name was near.
    std::string_view found() const noexcept { return found_; }

private:
    std::string_view wanted_;
    std::string_view found_;
    std::size_t distance_;
};

}  // namespace tollgate::stripe
