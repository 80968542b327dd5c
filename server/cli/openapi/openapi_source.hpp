// Where an OpenAPI document is read from.
#pragma once
#include <string>

#include "base/result.hpp"

namespace tollgate::server {

struct openapi_source {
    std::string name;  // as messages have it
    std::string text;
};

// The text of a file, of a file:// URL, of an https:// URL, or with "-" of standard input; 32 MiB
// at most, and of https 16 MiB. Fails with "unreadable", which says why, and "too_large". Blocks.
base::result<openapi_source> read_openapi_source(const std::string& from);

}  // namespace tollgate::server
