// The catalogue between reading and writing: operations with everything that the tools and tables
// need.
#pragma once
#include <map>
#include <string>
#include <vector>

#include "stripe/generator/facts.hpp"
#include "stripe/generator/records.hpp"
#include "tenancy/rules/method.hpp"

namespace tollgate::stripe::generator {

// A top-level parameter.
struct model_parameter {
    fact_parameter fact;
    stripe::place place = stripe::place::query;
    bool documented = false;
};

// One segment of the path: a literal, or a parameter under its argument name.
struct model_segment {
    std::string text;
    bool is_parameter = false;
};

struct annotations {
    bool read_only = false;
    bool destructive = false;
    bool idempotent = false;
    bool open_world = false;
};

struct model_operation {
    fact_operation fact;
    std::string tool;
    tenancy::method kind = tenancy::method::custom;
    std::vector<std::string> tags;
    std::vector<model_segment> segments;
    std::vector<model_parameter> parameters;  // sorted by name, including those of the path
    cursor_kind cursor = cursor_kind::none;
    bool takes_operation_key = false;
    bool test_only = false;  // a test helper, which exists in test mode only
    annotations hints;
    std::string resource;       // key of the resource record
    std::string not_exposable;  // why it cannot have a tool, whatever the records contain, or empty
    std::string hidden;         // why an exposable operation is not exposed, or empty
    std::string title;
    std::string tool_json;                      // empty unless exposed
    std::string called;                         // names of the resource, separated by ';'
    std::string said;                           // phrases for it, separated by ';'
    std::vector<std::string> hidden_arguments;  // without a text: neither shown nor accepted
    std::vector<std::string> cut_arguments;     // shown with less depth, but accepted in full

    bool exposed() const { return !tool_json.empty(); }
};

struct model {
    std::string api_version;
    std::string source;
    std::vector<model_operation> operations;  // sorted by tool name
    std::map<std::string, fact_object> objects;
    field_lists default_fields;  // from the records
    search_lists search_fields;  // from the records
    texts vocabulary;            // from the records
    texts synonyms;              // from the records
};

// Names, tags and structure of every operation; nothing is exposed yet. Throws build_error if two
// operations get the same name, an operation gets no tag, or a path argument has the name of a
// parameter of its operation.
model build_model(facts from);

}  // namespace tollgate::stripe::generator
