#include "stripe/generator/emit.hpp"

#include <fstream>
#include <ostream>

#include "stripe/generator/tables.hpp"

namespace tollgate::stripe::generator {

namespace {

// Writes a string literal in pieces; `"` and `\` are escaped, bytes outside ASCII are octal.
void write_literal(std::ostream& out, std::string_view value) {
    constexpr std::size_t piece = 2000;
    out << "\n    \"";
    for (std::size_t i = 0; i < value.size(); ++i) {
        const auto byte = static_cast<unsigned char>(value[i]);
        if (i != 0 && i % piece == 0) out << "\"\n    \"";
        if (byte == '"' || byte == '\\') {
            out << '\\' << value[i];
        } else if (byte < 0x20 || byte > 0x7E) {
            out << '\\' << ((byte >> 6) & 7) << ((byte >> 3) & 7) << (byte & 7);
        } else {
            out << value[i];
        }
    }
    out << '"';
}

std::string cpp_quoted(const std::string& value) {
    return '"' + value + "\"sv";
}

void write_row(std::ostream& out, const parameter& row) {
    out << '{' << row.name_at << ',' << row.children_at << ',' << row.children_size << ','
        << row.enums_at << ',' << row.enums_size << ',' << row.length_max << ',' << +row.name_size
        << ",value_type(" << static_cast<int>(row.type_) << "),value_format("
        << static_cast<int>(row.format_) << ")," << +row.flags << '}';
}

void write_row(std::ostream& out, const enum_value& row) {
    out << '{' << row.at << ',' << +row.size << '}';
}

void write_row(std::ostream& out, const path_segment& row) {
    out << '{' << row.at << ',' << +row.size << ',' << (row.is_parameter ? "true" : "false") << '}';
}

void write_row(std::ostream& out, std::uint16_t row) {
    out << row;
}

void write_row(std::ostream& out, const std::string& row) {
    out << cpp_quoted(row);
}

void write_row(std::ostream& out, const std::pair<std::string, bool>& row) {
    out << '{' << cpp_quoted(row.first) << ',' << (row.second ? "true" : "false") << '}';
}

void write_row(std::ostream& out, const search_record& row) {
    out << '{' << cpp_quoted(row.field) << ",search_type(" << static_cast<int>(row.type) << "),"
        << (row.substring ? "true" : "false") << '}';
}

void write_row(std::ostream& out, const named_run& row) {
    out << '{' << cpp_quoted(row.name) << ',' << row.at << ',' << row.size << '}';
}

void write_row(std::ostream& out, const object_field& row) {
    out << '{' << row.name_at << ',' << row.objects_at << ',' << +row.name_size << ','
        << +row.objects_size << ",field_kind(" << static_cast<int>(row.kind) << ")}";
}

void write_row(std::ostream& out, const text_ref& row) {
    out << '{' << row.at << ',' << row.size << '}';
}

void write_row(std::ostream& out, const operation& row) {
    out << '{';
    for (const auto& text :
         {row.tool_name_, row.title_, row.path_, row.tool_json_, row.called_, row.said_}) {
        write_row(out, text);
        out << ',';
    }
    out << row.parameters_at << ',' << row.parameters_size << ',' << row.segments_at << ','
        << row.objects_at << ',' << row.tags_at << ',' << +row.segments_size << ','
        << +row.objects_size << ',' << +row.tags_size << ',' << +row.flags << ",tenancy::method("
        << static_cast<int>(row.kind_) << "),http_method(" << static_cast<int>(row.method_)
        << "),api_host(" << static_cast<int>(row.host_) << "),encoding("
        << static_cast<int>(row.encoding_) << "),response_kind(" << static_cast<int>(row.response_)
        << "),cursor_kind(" << static_cast<int>(row.cursor_) << ")}";
}

// Writes an array and the span through which the catalogue reads it.
template <typename Rows>
void write_table(std::ostream& out, const char* type, const char* name, const Rows& rows) {
    out << "constexpr " << type << ' ' << name << "_rows[] = {\n";
    for (const auto& row : rows) {
        write_row(out, row);
        out << ",\n";
    }
    out << "};\n";
}

void write_runs(std::ostream& out, const tables& from) {
    out << "constexpr expansion expansions_rows[] = {\n";
    for (const auto& run : from.expansions)
        out << '{' << cpp_quoted(run.name) << ",std::span(expand_targets_rows).subspan(" << run.at
            << ',' << run.size << ")},\n";
    out << "};\n";
    write_table(out, "object_row", "objects", from.objects);
    write_table(out, "object_field", "object_fields", from.object_fields);
    write_table(out, "object_row", "fielded", from.fielded);
    write_table(out, "std::string_view", "default_fields", from.default_fields);
    write_table(out, "object_row", "projected", from.projected);
    write_table(out, "search_field", "search_fields", from.search_fields);
    write_table(out, "object_row", "searched", from.searched);
}

void write_spans(std::ostream& out) {
    const std::pair<const char*, const char*> spans[] = {
        {"parameter", "parameters"},  {"enum_value", "enum_values"},
        {"path_segment", "segments"}, {"std::string_view", "names"},
        {"operation", "operations"},  {"std::uint16_t", "name_slots"},
        {"std::uint16_t", "routes"},  {"expansion", "expansions"},
        {"object_row", "objects"},    {"std::string_view", "default_fields"},
        {"object_row", "projected"},  {"search_field", "search_fields"},
        {"object_row", "searched"},   {"object_field", "object_fields"},
        {"object_row", "fielded"}};
    for (const auto& [type, name] : spans)
        out << "constinit const std::span<const " << type << "> " << name << "{" << name
            << "_rows};\n";
}

void write_file(std::ostream& out, const model& from, const tables& rows) {
    out << "// Written by tollgate-catalog from stripe/catalog. Do not edit.\n"
           "#include \"stripe/catalog/tables.hpp\"\n"
           "#pragma clang diagnostic ignored \"-Woverlength-strings\"\n"
           "namespace tollgate::stripe::tables {\n"
           "namespace {\nusing namespace std::string_view_literals;\n"
           "constexpr char text_bytes[] =";
    write_literal(out, rows.text.text());
    out << ";\nconstexpr char tool_bytes[] =";
    write_literal(out, rows.tool_text);
    out << ";\nconstexpr char vocabulary_bytes[] =";
    write_literal(out, rows.vocabulary);
    out << ";\nconstexpr char synonyms_bytes[] =";
    write_literal(out, rows.synonyms);
    out << ";\n";
    write_table(out, "parameter", "parameters", rows.parameters.rows());
    write_table(out, "enum_value", "enum_values", rows.enum_values.rows());
    write_table(out, "path_segment", "segments", rows.segments.rows());
    write_table(out, "std::string_view", "names", rows.names);
    write_table(out, "operation", "operations", rows.operations);
    write_table(out, "std::uint16_t", "name_slots", rows.name_slots);
    write_table(out, "std::uint16_t", "routes", rows.routes);
    write_table(out, "expand_target", "expand_targets", rows.expand_targets);
    write_runs(out, rows);
    out << "}  // namespace\n"
           "constinit const char* const text = text_bytes;\n"
           "constinit const char* const tool_text = tool_bytes;\n"
           "constinit const std::string_view vocabulary{vocabulary_bytes, "
           "sizeof vocabulary_bytes - 1};\n"
           "constinit const std::string_view synonyms{synonyms_bytes, sizeof synonyms_bytes - "
           "1};\n";
    write_spans(out);
    out << "constinit const std::string_view api_version = " << cpp_quoted(from.api_version)
        << ";\nconstinit const std::string_view facts_source = " << cpp_quoted(from.source)
        << ";\n}  // namespace tollgate::stripe::tables\n";
}

}  // namespace

void emit(const model& from, const std::filesystem::path& file) {
    std::ofstream out(file, std::ios::binary | std::ios::trunc);
    write_file(out, from, build_tables(from));
    out.flush();
    if (!out) throw build_error(file.string() + ": cannot be written");
}

}  // namespace tollgate::stripe::generator
