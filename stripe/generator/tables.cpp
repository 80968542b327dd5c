#include "stripe/generator/tables.hpp"

#include <algorithm>
#include <limits>
#include <tuple>

#include "stripe/catalog/name_hash.hpp"

namespace tollgate::stripe::generator {

namespace {

template <typename Small>
Small narrow(std::size_t value, const char* what) {
    if (value > std::numeric_limits<Small>::max())
        throw build_error(std::string("the table is full: ") + what);
    return static_cast<Small>(value);
}

// Appends the bytes that identify equal rows, without padding.
void append_key(std::string& out, std::size_t value) {
    out += std::to_string(value) + ',';
}

std::string row_key(const enum_value& row) {
    return std::to_string(row.at) + '+' + std::to_string(row.size) + ';';
}

std::string row_key(const path_segment& row) {
    return std::to_string(row.at) + '+' + std::to_string(row.size) +
           (row.is_parameter ? "p;" : ";");
}

std::string row_key(const parameter& row) {
    std::string out;
    for (const std::size_t value :
         {std::size_t{row.name_at}, std::size_t{row.name_size}, std::size_t{row.children_at},
          std::size_t{row.children_size}, std::size_t{row.enums_at}, std::size_t{row.enums_size},
          std::size_t{row.length_max}, static_cast<std::size_t>(row.type_),
          static_cast<std::size_t>(row.format_), std::size_t{row.flags}})
        append_key(out, value);
    return out + ';';
}

parameter build_row(tables& into, const fact_parameter& fact) {
    std::vector<parameter> children;
    children.reserve(fact.children.size());
    for (const auto& child : fact.children) children.push_back(build_row(into, child));
    std::vector<enum_value> values;
    values.reserve(fact.enum_values.size());
    for (const auto& value : fact.enum_values)
        values.push_back({into.text.add(value), narrow<std::uint8_t>(value.size(), "enum value")});
    parameter row{};
    row.name_at = into.text.add(fact.name);
    row.name_size = narrow<std::uint8_t>(fact.name.size(), "parameter name");
    row.children_at = into.parameters.add(children);
    row.children_size = narrow<std::uint16_t>(children.size(), "children");
    row.enums_at = into.enum_values.add(values);
    row.enums_size = narrow<std::uint16_t>(values.size(), "enum values");
    row.length_max = narrow<std::uint16_t>(fact.length_max, "length");
    row.type_ = fact.type;
    row.format_ = fact.format;
    row.flags = static_cast<std::uint8_t>((fact.required ? parameter::required_flag : 0) |
                                          (fact.unset ? parameter::unset_flag : 0));
    return row;
}

// A run of names (tags, objects); equal runs are stored once.
std::uint16_t add_names(std::vector<std::string>& names, const std::vector<std::string>& run) {
    if (run.empty()) return 0;
    const auto found = std::search(names.begin(), names.end(), run.begin(), run.end());
    const auto at = static_cast<std::size_t>(found - names.begin());
    if (found == names.end()) names.insert(names.end(), run.begin(), run.end());
    return narrow<std::uint16_t>(at, "names");
}

std::uint8_t flags_of(const model_operation& from) {
    unsigned flags = 0;
    const auto set = [&](bool on, std::uint8_t flag) { flags |= on ? flag : 0U; };
    set(from.exposed(), operation::exposed_flag);
    set(from.hints.read_only, operation::read_only_flag);
    set(from.hints.destructive, operation::destructive_flag);
    set(from.hints.idempotent, operation::idempotent_flag);
    set(from.hints.open_world, operation::open_world_flag);
    set(from.fact.deprecated, operation::deprecated_flag);
    set(from.takes_operation_key, operation::operation_key_flag);
    set(from.test_only, operation::test_only_flag);
    return static_cast<std::uint8_t>(flags);
}

text_ref add_text(tables& into, std::string_view value) {
    return {into.text.add(value), narrow<std::uint32_t>(value.size(), "text")};
}

text_ref add_tool(tables& into, const std::string& json) {
    const auto at = narrow<std::uint32_t>(into.tool_text.size(), "tools");
    into.tool_text += json;
    return {at, narrow<std::uint32_t>(json.size(), "tool")};
}

void add_parameters(tables& into, const model_operation& from, operation& row) {
    std::vector<parameter> rows;
    for (const auto& parameter : from.parameters) {
        auto added = build_row(into, parameter.fact);
        if (parameter.documented) added.flags |= parameter::documented_flag;
        added.flags |= static_cast<std::uint8_t>(static_cast<unsigned>(parameter.place)
                                                 << parameter::place_shift);
        rows.push_back(added);
    }
    row.parameters_at = into.parameters.add(rows);
    row.parameters_size = narrow<std::uint16_t>(rows.size(), "parameters");
}

void add_segments(tables& into, const model_operation& from, operation& row) {
    std::vector<path_segment> segments;
    segments.reserve(from.segments.size());
    for (const auto& segment : from.segments)
        segments.push_back({into.text.add(segment.text),
                            narrow<std::uint8_t>(segment.text.size(), "segment"),
                            segment.is_parameter});
    row.segments_at = into.segments.add(segments);
    row.segments_size = narrow<std::uint8_t>(segments.size(), "segments");
}

operation build_operation(tables& into, const model_operation& from) {
    operation row{};
    row.tool_name_ = add_text(into, from.tool);
    row.title_ = add_text(into, from.title);
    row.path_ = add_text(into, from.fact.path);
    row.tool_json_ = add_tool(into, from.tool_json);
    row.called_ = add_text(into, from.called);
    row.said_ = add_text(into, from.said);
    add_parameters(into, from, row);
    add_segments(into, from, row);
    row.objects_at = add_names(into.names, from.fact.objects);
    row.objects_size = narrow<std::uint8_t>(from.fact.objects.size(), "objects");
    row.tags_at = add_names(into.names, from.tags);
    row.tags_size = narrow<std::uint8_t>(from.tags.size(), "tags");
    row.flags = flags_of(from);
    row.kind_ = from.kind;
    row.method_ = from.fact.method;
    row.host_ = from.fact.host;
    row.encoding_ = from.fact.encoding;
    row.response_ = from.fact.response;
    row.cursor_ = from.cursor;
    return row;
}

// Open addressing, at most one third full: a name is at its slot or shortly after it.
std::vector<std::uint16_t> place_names(const model& from) {
    std::size_t size = 1;
    while (size < from.operations.size() * 3) size *= 2;
    std::vector<std::uint16_t> slots(size, 0);
    for (std::size_t i = 0; i < from.operations.size(); ++i) {
        auto slot = name_hash(from.operations[i].tool) & (size - 1);
        while (slots[slot] != 0) slot = (slot + 1) & (size - 1);
        slots[slot] = narrow<std::uint16_t>(i + 1, "operations");
    }
    return slots;
}

// '{' sorts after every letter of a path, so that literals come before parameters.
std::vector<std::uint16_t> sort_routes(const model& from) {
    std::vector<std::uint16_t> routes;
    routes.reserve(from.operations.size());
    for (std::size_t i = 0; i < from.operations.size(); ++i)
        routes.push_back(narrow<std::uint16_t>(i, "operations"));
    std::ranges::sort(routes, {}, [&](std::uint16_t at) {
        const auto& row = from.operations[at];
        return std::tuple(row.fact.method, row.segments.size(), std::string_view(row.fact.path));
    });
    return routes;
}

void add_expansions(tables& into, const model& from) {
    const std::string list = "list:";
    for (const auto& [object, fact] : from.objects) {
        const auto& paths = fact.expand;
        named_run run{object, narrow<std::uint16_t>(into.expansions.size(), "expansions"),
                      narrow<std::uint16_t>(paths.size(), "expansions")};
        into.objects.push_back(std::move(run));
        for (const auto& [path, targets] : paths) {
            const auto at = narrow<std::uint16_t>(into.expand_targets.size(), "targets");
            into.expansions.push_back({path, at, narrow<std::uint16_t>(targets.size(), "targets")});
            for (const auto& target : targets) {
                const bool is_list = target.starts_with(list);
                into.expand_targets.emplace_back(is_list ? target.substr(list.size()) : target,
                                                 is_list);
            }
        }
    }
}

// "list:refund?~" -> {"refund"}; empty for a field that contains no whole objects.
std::vector<std::string> held_objects(std::string_view type) {
    while (type.ends_with('?') || type.ends_with('~')) type.remove_suffix(1);
    if (type.starts_with("array<") && type.ends_with('>')) {
        type.remove_prefix(6);
        type.remove_suffix(1);
    }
    if (type.starts_with("obj:"))
        type.remove_prefix(4);
    else if (type.starts_with("list:"))
        type.remove_prefix(5);
    else
        return {};
    std::vector<std::string> out;
    for (std::size_t at = 0; at <= type.size();) {
        const auto end = std::min(type.find('|', at), type.size());
        out.emplace_back(type.substr(at, end - at));
        at = end + 1;
    }
    return out;
}

bool is_hash(std::string_view type) {
    return type.starts_with("object") || type.starts_with("map") ||
           type.starts_with("array<object") || type.starts_with("array<map");
}

void add_object_fields(tables& into, const model& from) {
    for (const auto& [object, fact] : from.objects) {
        into.fielded.push_back({object, narrow<std::uint16_t>(into.object_fields.size(), "fields"),
                                narrow<std::uint16_t>(fact.fields.size(), "fields")});
        for (const auto& [name, type] : fact.fields) {
            const auto objects = held_objects(type);
            object_field row;
            row.name_at = into.text.add(name);
            row.name_size = narrow<std::uint8_t>(name.size(), "field name");
            row.objects_at = add_names(into.names, objects);
            row.objects_size = narrow<std::uint8_t>(objects.size(), "objects of a field");
            row.kind = !objects.empty() ? field_kind::objects
                       : is_hash(type)  ? field_kind::hash
                                        : field_kind::value;
            into.object_fields.push_back(row);
        }
    }
}

// The rows of all objects in sequence, and the run of each object.
template <typename Row>
void add_lists(const std::map<std::string, std::vector<Row>, std::less<>>& from,
               std::vector<named_run>& runs, std::vector<Row>& rows) {
    for (const auto& [object, own] : from) {
        runs.push_back({object, narrow<std::uint16_t>(rows.size(), "fields"),
                        narrow<std::uint16_t>(own.size(), "fields")});
        rows.insert(rows.end(), own.begin(), own.end());
    }
}

// One line per entry: key, a tab, text.
std::string lines(const texts& from) {
    std::string out;
    for (const auto& [key, value] : from) out.append(key).append("\t").append(value).append("\n");
    return out;
}

}  // namespace

std::uint32_t text_pool::add(std::string_view value) {
    if (const auto found = known_.find(value); found != known_.end()) return found->second;
    const auto at = narrow<std::uint32_t>(text_.size(), "text");
    text_ += value;
    known_.emplace(value, at);
    return at;
}

template <typename Row>
std::uint16_t run_pool<Row>::add(const std::vector<Row>& run) {
    if (run.empty()) return 0;
    std::string key;
    for (const auto& row : run) key += row_key(row);
    if (const auto found = known_.find(key); found != known_.end()) return found->second;
    const auto at = narrow<std::uint16_t>(rows_.size(), "rows");
    rows_.insert(rows_.end(), run.begin(), run.end());
    known_.emplace(std::move(key), at);
    return at;
}

tables build_tables(const model& from) {
    tables out;
    for (const auto& operation : from.operations)
        out.operations.push_back(build_operation(out, operation));
    out.name_slots = place_names(from);
    out.routes = sort_routes(from);
    add_expansions(out, from);
    add_object_fields(out, from);
    add_lists(from.default_fields, out.projected, out.default_fields);
    add_lists(from.search_fields, out.searched, out.search_fields);
    out.vocabulary = lines(from.vocabulary);
    out.synonyms = lines(from.synonyms);
    return out;
}

}  // namespace tollgate::stripe::generator
