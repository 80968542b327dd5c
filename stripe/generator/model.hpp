// The catalogue between reading and writing: an operation with everything the tools and the tables
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
    std::vector<model_parameter> parameters;  // sorted by name, those of the path included
    cursor_kind cursor = cursor_kind::none;
    bool takes_idempotency_key = false;
    bool test_only = false;  // a test helper: Stripe answers it in test mode only
    annotations hints;
    std::string resource;       // key of the resource record
    std::string not_exposable;  // why there is no tool for it whatever the records say, or empty
    std::string hidden;         // why it is not exposed though it could be, or empty
    std::string title;
    std::string tool_json;                      // empty unless exposed
    std::string called;                         // names of the resource, with ';' between
    std::string said;                           // what people say for it, with ';' between
    std::vector<std::string> hidden_arguments;  // without a text: neither shown nor accepted
    std::vector<std::string> cut_arguments;     // shown with less depth; all of it is accepted

    bool exposed() const { return !tool_json.empty(); }
};

struct model {
    std::string api_version;
    std::string source;
    std::vector<model_operation> operations;  // sorted by tool name
    std::map<std::string, fact_object> objects;
    field_lists default_fields;  // of the records
    search_lists search_fields;  // of the records
    texts vocabulary;            // of the records
    texts synonyms;              // of the records
};

// Names, tags and structure of every operation; nothing is exposed yet. Throws build_error when two
// operations get one name, an operation gets no tag, or a path argument meets a parameter of its
// operation.
model build_model(facts from);

}  // namespace tollgate::stripe::generator
