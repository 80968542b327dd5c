// The documentation records of stripe/catalog/records: our own texts. An operation without them is
// not shown to a model.
#pragma once
#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "stripe/catalog/kinds.hpp"

namespace tollgate::stripe::generator {

using texts = std::map<std::string, std::string, std::less<>>;

struct resource_record {
    std::string one;      // "charge"
    std::string a_one;    // "a charge"
    std::string many;     // "charges"
    std::string about;    // what it is, for readers of the records
    std::string returns;  // follows "Returns "; may be empty
    texts parameters;
};

struct verb_record {
    std::string title;
    std::string text;
};

struct operation_record {
    std::string title;    // empty: use the verb's
    std::string text;     // empty: use the verb's
    std::string note;     // appended
    std::string returns;  // empty: use the resource's
    texts parameters;
};

// A field of Stripe's search.
struct search_record {
    std::string field;
    search_type type = search_type::string;
    bool substring = false;  // supports matching a part of the value
};

// People's words for a resource: its names under `called`, and requests by verb (see saying_key),
// each a text of phrases separated by ';'.
using said_lists = std::map<std::string, texts, std::less<>>;

using field_lists = std::map<std::string, std::vector<std::string>, std::less<>>;
using search_lists = std::map<std::string, std::vector<search_record>, std::less<>>;

struct records {
    std::map<std::string, resource_record, std::less<>> resources;
    std::map<std::string, verb_record, std::less<>> verbs;
    std::map<std::string, operation_record, std::less<>> operations;
    texts glossary;
    field_lists projections;  // object -> the fields shown by default, sorted
    search_lists searches;    // object -> the fields by which it is searched, sorted by field
    said_lists sayings;       // resource -> its names and requests in people's words
    texts vocabulary;         // people's words -> the API's words
    texts synonyms;           // a name -> words with similar meanings, separated by ';'

    // Null if there is no such record.
    const resource_record* resource(std::string_view key) const;
    const verb_record* verb(std::string_view key) const;
    const operation_record* operation(std::string_view key) const;
};

// Reads the nine files of records/. Throws build_error, with file and key, for a file that is
// missing or not YAML, a repeated key or entry, an unknown field, or a value of the wrong form.
records read_records(const std::filesystem::path& folder);

}  // namespace tollgate::stripe::generator
