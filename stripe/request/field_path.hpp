// Follows a dotted path of an answer through the catalogue: which fields exist, and which objects
// `expand` adds where.
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

// The use of a path: a value of the answer, or one of Stripe's expansions.
enum class path_use : std::uint8_t { field, expansion };

enum class path_end : std::uint8_t {
    known,    // every name of the path is in the catalogue
    open,     // it enters a hash whose members are not in the catalogue
    unknown,  // no object at that place has this name
};

struct followed_path {
    path_end end = path_end::known;
    // Objects on the path that are in the answer only because of `expand`.
    std::vector<std::string_view> expanded;
    // The first unknown name, and the objects that do not have it (path_end::unknown).
    std::string_view unknown;
    std::vector<std::string_view> searched;
};

// Follows `path` ("data.customer.email") from the objects that `called` returns. The views are of
// `path` and of the catalogue. Pure; any thread.
followed_path follow_path(const operation& called, std::string_view path, path_use use);

// The first name in `fields`, `aggregate` or `expand` that the objects of `called` do not have, as
// errc::invalid_argument "unknown_field" with the nearest name, or nothing. Use it only for the API
// version that the catalogue describes.
std::optional<base::failure> unknown_name(const operation& called, const own_arguments& own,
                                          const std::optional<aggregate_request>& aggregate);

}  // namespace tollgate::stripe
