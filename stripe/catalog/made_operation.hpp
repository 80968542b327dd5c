// An operation that no compiled table has: of a service which declarations describe.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "stripe/catalog/catalog.hpp"

namespace tollgate::stripe {

// Where one of its parameters is sent. The name is the service's own.
struct made_parameter {
    std::string name;
    stripe::place place = stripe::place::query;
};

// The texts of an operation, for operation::made. Every other fact is in the operation itself.
struct made_operation {
    std::string tool_name;
    std::string title;
    std::string path;                    // with the path of the service: "/v2/jobs/{job_id}"
    std::vector<std::string> tag_words;  // owns what `tags` views
    std::vector<std::string_view> tags;
    std::vector<made_parameter> parameters;
    std::vector<std::string> fields;  // of the answer that are shown; empty: all
    // The service treats two writes with the same Idempotency-Key as one.
    bool honours_key = false;
};

}  // namespace tollgate::stripe
