// What a schema of an OpenAPI document says that a declared input can say, too.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "server/cli/openapi/openapi_document.hpp"
#include "tenancy/rules/declared_tools.hpp"

namespace tollgate::server {

// What the document limits of a value, as far as a rule on calls can say exactly the same.
struct openapi_limits {
    std::optional<std::int64_t> least{};       // of a number
    std::optional<std::int64_t> most{};        // of a number
    std::optional<std::int64_t> length_max{};  // of a text, in characters
    std::string pattern{};                     // that a whole text matches (RE2); empty: any
    std::vector<std::string> unsaid{};         // "maximum 10.5": what cannot be said
};

struct openapi_value {
    tenancy::declared_type type = tenancy::declared_type::string;
    std::vector<std::string> values{};   // of a choice, and of an integer that is one of some
    std::string usual{};                 // JSON of the default; empty: none
    std::string description{};           // as the document has it
    std::vector<std::string> members{};  // of an object: the names of some properties
    openapi_limits limits{};
};

// The value that the schema `at` describes: of several alternatives the first that is not null or
// an empty text. Fails with invalid_argument and the end of a sentence: "bad_reference" as
// openapi_document::follow(), "no_type", and "binary" for bytes.
base::result<openapi_value> value_of_schema(const openapi_document& in, simdjson::dom::element at);

struct openapi_property {
    std::string_view name;
    simdjson::dom::element schema;
    bool required = false;
};

// The properties of the object that the schema `at` describes, those of its allOf, and as optional
// ones those of its alternatives; without those that a request cannot set. Fails as
// value_of_schema(), and with "no_object" for another type.
base::result<std::vector<openapi_property>> properties_of_schema(const openapi_document& in,
                                                                 simdjson::dom::element at);

}  // namespace tollgate::server
