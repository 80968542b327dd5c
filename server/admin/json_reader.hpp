// Reads the JSON body of a request. For *_codec.cpp files only.
#pragma once
#include <nlohmann/json.hpp>

#include <string_view>

#include "base/json_reader.hpp"
#include "base/result.hpp"

namespace tollgate::admin {

using base::json;
using base::json_reader;

// A separate type, because everything converts to json, which would make result<json> ambiguous.
struct json_object {
    json value = json::object();
};

// Parses an object after checking its depth; refuses duplicate keys, and keys that differ only in
// case.
base::result<json_object> parse_object(std::string_view text);

}  // namespace tollgate::admin
