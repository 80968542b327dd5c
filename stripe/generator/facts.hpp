// The facts of stripe/catalog, read into structs.
#pragma once
#include <filesystem>
#include <map>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "stripe/catalog/kinds.hpp"

namespace tollgate::stripe::generator {

// An error that stops a build: the message names the file and the key. The generator's only kind of
// failure.
struct build_error : std::runtime_error {
    using std::runtime_error::runtime_error;
};

// A parameter at any depth. `children`: properties (object), the items' form (array), the values'
// form (map; none: strings), the forms (any_of).
struct fact_parameter {
    std::string name;
    value_type type = value_type::string;
    value_format format = value_format::none;
    bool required = false;
    bool unset = false;
    unsigned length_max = 0;
    std::vector<std::string> enum_values;
    std::vector<fact_parameter> children;  // sorted by name
};

struct fact_operation {
    http_method method = http_method::get;
    std::string path;
    api_host host = api_host::api;
    stripe::encoding encoding = encoding::query;
    response_kind response = response_kind::object;
    std::vector<std::string> objects;
    std::vector<fact_parameter> parameters;  // without those of the path; sorted by name
    bool deprecated = false;

    // "POST /v1/charges/{charge}/refunds": the key of the facts and of operations.yaml.
    std::string key() const;
};

// path -> names of the objects it expands to; "list:" marks lists that are left out by default.
using fact_expansions = std::map<std::string, std::vector<std::string>>;

struct fact_object {
    fact_expansions expand;
    std::map<std::string, std::string, std::less<>> fields;  // name -> type, in the facts' notation
};

struct facts {
    std::string api_version;
    std::string source;
    std::vector<fact_operation> operations;
    std::map<std::string, fact_object> objects;
};

// Reads source.json, objects.json and operations/*.json of `folder`. Throws build_error.
facts read_facts(const std::filesystem::path& folder);

// "/v1/charges/{charge}" -> {"v1", "charges", "{charge}"}.
std::vector<std::string> split_path(std::string_view path);

// True for a segment that stands for a value: "{charge}".
bool is_parameter(std::string_view segment);

}  // namespace tollgate::stripe::generator
