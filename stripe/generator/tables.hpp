// The flat tables of the compiled catalogue, before they are written as C++. Mirrors
// stripe/catalog/tables.hpp.
#pragma once
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "stripe/catalog/catalog.hpp"
#include "stripe/generator/model.hpp"

namespace tollgate::stripe::generator {

// One text that contains every string once.
class text_pool {
public:
    std::uint32_t add(std::string_view value);
    const std::string& text() const { return text_; }

private:
    std::string text_;
    std::map<std::string, std::uint32_t, std::less<>> known_;
};

// Rows in runs; an existing equal run is reused.
template <typename Row>
class run_pool {
public:
    std::uint16_t add(const std::vector<Row>& run);
    const std::vector<Row>& rows() const { return rows_; }

private:
    std::vector<Row> rows_;
    std::map<std::string, std::uint16_t> known_;  // by the run's bytes
};

struct named_run {
    std::string name;
    std::uint16_t at = 0;
    std::uint16_t size = 0;
};

struct tables {
    text_pool text;
    std::string tool_text;
    run_pool<parameter> parameters;
    run_pool<enum_value> enum_values;
    run_pool<path_segment> segments;
    std::vector<std::string> names;
    std::vector<operation> operations;
    std::vector<std::uint16_t> name_slots;
    std::vector<std::uint16_t> routes;
    std::vector<std::pair<std::string, bool>> expand_targets;  // object, is a list
    std::vector<object_field> object_fields;
    std::vector<named_run> fielded;     // runs of object_fields
    std::vector<named_run> expansions;  // runs of expand_targets
    std::vector<named_run> objects;     // runs of expansions
    std::vector<std::string> default_fields;
    std::vector<named_run> projected;  // runs of default_fields
    std::vector<search_record> search_fields;
    std::vector<named_run> searched;  // runs of search_fields
    std::string vocabulary;           // lines of phrase, tab, meaning
    std::string synonyms;             // lines of a name, a tab, and words separated by ';'
};

// Throws build_error if a table outgrows its index.
tables build_tables(const model& from);

}  // namespace tollgate::stripe::generator
