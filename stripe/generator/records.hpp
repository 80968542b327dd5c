// The documentation records of stripe/catalog/records: our own texts, without which nothing is
// shown to a model.
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
    std::string about;    // what it is, for people who read the records
    std::string returns;  // follows "Returns "; may be empty
    texts parameters;
};

struct verb_record {
    std::string title;
    std::string text;
};

struct operation_record {
    std::string title;    // empty: the verb's
    std::string text;     // empty: the verb's
    std::string note;     // appended
    std::string returns;  // empty: the resource's
    texts parameters;
};

// A field of Stripe's search.
struct search_record {
    std::string field;
    search_type type = search_type::string;
    bool substring = false;  // part of the value is enough
};

// What people say who mean a resource, by plain language: names of the thing under `called`, and
// requests by verb (see saying_key), each a text of sayings with ';' between.
using said_lists = std::map<std::string, texts, std::less<>>;

using field_lists = std::map<std::string, std::vector<std::string>, std::less<>>;
using search_lists = std::map<std::string, std::vector<search_record>, std::less<>>;

struct records {
    std::map<std::string, resource_record, std::less<>> resources;
    std::map<std::string, verb_record, std::less<>> verbs;
    std::map<std::string, operation_record, std::less<>> operations;
    texts glossary;
    field_lists projections;  // object -> the fields shown by default, sorted
    search_lists searches;    // object -> what it is searched by, sorted by field
    said_lists sayings;       // resource -> what people call it and ask of it
    texts vocabulary;         // what people say -> the API's words for it
    texts synonyms;           // a name -> words that mean much the same, with ';' between

    // Null when there is no such record.
    const resource_record* resource(std::string_view key) const;
    const verb_record* verb(std::string_view key) const;
    const operation_record* operation(std::string_view key) const;
};

// Reads the nine files of records/. Throws build_error, with file and key, for a file that is
// missing or no YAML, a key or an entry given twice, an unknown field, or a value of the wrong
// form.
records read_records(const std::filesystem::path& folder);

}  // namespace tollgate::stripe::generator
