// Where a dotted path of an answer leads, by the catalogue: which fields exist, and which objects
// `expand` puts where.
#pragma once
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "stripe/catalog/catalog.hpp"
#include "stripe/request/own_arguments.hpp"

namespace tollgate::stripe {

// What a path is for: a value of the answer, or one of Stripe's expansions.
enum class path_use : std::uint8_t { field, expansion };

enum class path_end : std::uint8_t {
    known,    // every name of the path is in the catalogue
    open,     // it goes into a hash whose members the catalogue does not name
    unknown,  // no object at that place has the name
};

struct followed_path {
    path_end end = path_end::known;
    // Objects the path enters that are in the answer only because `expand` asked for them.
    std::vector<std::string_view> expanded;
    // The first name that is not known, and the objects that do not have it (path_end::unknown).
    std::string_view unknown;
    std::vector<std::string_view> searched;
};

// Follows `path` ("data.customer.email") from the objects `called` answers with. The views are of
// `path` and of the catalogue. Pure; any thread.
followed_path follow_path(const operation& called, std::string_view path, path_use use);

// The first name in `fields`, `aggregate` or `expand` that the objects of `called` do not have, as
// errc::invalid_argument "unknown_field" with the nearest name, or nothing. To be asked only for
// the API version the catalogue describes.
std::optional<base::failure> unknown_name(const operation& called, const own_arguments& own,
                                          const std::optional<aggregate_wish>& wish);

}  // namespace tollgate::stripe
