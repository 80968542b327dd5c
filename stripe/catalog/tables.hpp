// The tables into which tollgate-catalog compiles the facts. Internal to stripe/catalog: other code
// uses catalog.hpp.
//
// Rows contain positions in other tables instead of pointers, so that the tables need no
// relocation: they stay in the file's read-only pages, which are shared and loaded only when used.
// The few tables of string_view are small.
#pragma once
#include <cstdint>
#include <span>
#include <string_view>

#include "stripe/catalog/catalog.hpp"

namespace tollgate::stripe::tables {

// The rows of one object: a run of `expansions`, `object_fields`, `default_fields` or
// `search_fields`.
struct object_row {
    std::string_view name;
    std::uint16_t at = 0;
    std::uint16_t size = 0;
};

extern const char* const text;
extern const char* const tool_text;
extern const std::string_view vocabulary;
extern const std::string_view synonyms;
extern const std::span<const parameter> parameters;
extern const std::span<const enum_value> enum_values;
extern const std::span<const path_segment> segments;
extern const std::span<const std::string_view> names;  // tags and response objects
extern const std::span<const operation> operations;    // by tool name
extern const std::span<const std::uint16_t>
    name_slots;  // hash table: position + 1, or 0; a power of two
extern const std::span<const std::uint16_t> routes;  // by method, segment count, path
extern const std::span<const expansion> expansions;
extern const std::span<const object_row> objects;  // by name; expansions
extern const std::span<const object_field> object_fields;
extern const std::span<const object_row> fielded;  // by name; object_fields
extern const std::span<const std::string_view> default_fields;
extern const std::span<const object_row> projected;  // by name; default_fields
extern const std::span<const search_field> search_fields;
extern const std::span<const object_row> searched;  // by name; search_fields
extern const std::string_view api_version;
extern const std::string_view facts_source;

}  // namespace tollgate::stripe::tables
