// Which members of an answer are shown: each object's defaults, and the fields named by the caller.
#pragma once
#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace tollgate::stripe {

// A position in a sorted list of dotted paths: all that begin with the names entered so far. Cheap
// to copy; the list must outlive it.
class field_place {
public:
    field_place() = default;  // nowhere: contains no paths
    explicit field_place(std::span<const std::string_view> sorted) : paths_(sorted) {}

    // The position below a name, or nowhere.
    field_place below(std::string_view name) const noexcept;
    // True if a path ends here: the whole value is included.
    bool ends() const noexcept;
    // True if a path ends here or below.
    bool anywhere() const noexcept { return !paths_.empty(); }
    std::span<const std::string_view> paths() const noexcept { return paths_; }

private:
    std::span<const std::string_view> paths_;
    std::size_t at_ = 0;  // where the next name begins in each path
};

// The fields named by a caller, split and sorted, for the length of one answer.
class wanted_fields {
public:
    wanted_fields() = default;  // none named: the defaults apply
    // `names` are dotted paths, "default" or "*"; a leading "data." or "data[]." is dropped. The
    // strings must outlive the object.
    explicit wanted_fields(std::span<const std::string> names);

    bool named() const noexcept { return named_; }
    bool everything() const noexcept { return everything_; }
    // True if the default fields are shown too.
    bool defaults() const noexcept { return defaults_; }
    field_place place() const { return field_place{sorted_}; }
    std::span<const std::string_view> sorted() const noexcept { return sorted_; }

private:
    std::vector<std::string_view> sorted_;
    bool named_ = false;
    bool everything_ = false;
    bool defaults_ = true;
};

}  // namespace tollgate::stripe
