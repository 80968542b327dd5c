// The JSON schema of a tool's arguments, under the rules of README.md ("Schemas").
#pragma once
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "stripe/generator/documentation.hpp"

namespace tollgate::stripe::generator {

struct schema {
    std::string json;
    std::vector<std::string> cut;  // arguments that lost depth to keep the schema small
    bool fits = true;
};

// The schema as JSON without white space: only documented arguments, required ones first, then by
// name, including the gateway's own (gateway_arguments). `expand` contains the values of the
// argument of that name. While the schema is larger than `bytes_max`, the largest argument loses
// depth (first nested descriptions, then nested fields); what is not shown is still accepted in a
// call.
schema write_schema(const model_operation& operation, const documentation& texts,
                    const std::vector<std::string>& expand, std::size_t bytes_max);

// A JSON string, with its quotes.
std::string json_string(std::string_view value);

}  // namespace tollgate::stripe::generator
