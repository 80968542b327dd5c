#include "stripe/catalog/catalog.hpp"

#include <algorithm>

#include "stripe/catalog/made_operation.hpp"
#include "stripe/catalog/name_hash.hpp"
#include "stripe/catalog/tables.hpp"

namespace tollgate::stripe {

namespace {

std::string_view text_at(std::uint32_t at, std::size_t size) noexcept {
    return {tables::text + at, size};
}

const parameter* find_sorted(std::span<const parameter> rows, std::string_view name) noexcept {
    const auto found = std::ranges::lower_bound(rows, name, {}, &parameter::name);
    return found != rows.end() && found->name() == name ? &*found : nullptr;
}

// The next segment of a path after `at`, which is the position of a slash; moves `at` to the next
// slash.
std::string_view next_segment(std::string_view path, std::size_t& at) noexcept {
    const auto end = std::min(path.find('/', at + 1), path.size());
    const auto segment = path.substr(at + 1, end - at - 1);
    at = end;
    return segment;
}

bool fits(const operation& candidate, std::string_view path, route_match& out) noexcept {
    std::size_t at = 0;
    out.values_size = 0;
    for (const auto& segment : candidate.segments()) {
        const auto given = next_segment(path, at);
        if (!segment.is_parameter) {
            if (segment.view() != given) return false;
            continue;
        }
        if (given.empty()) return false;
        out.values[out.values_size++] = given;
    }
    out.found = &candidate;
    return true;
}

// The rows of `all` that belong to an object; none for an unknown object.
template <typename Row>
std::span<const Row> rows_of(std::span<const tables::object_row> objects, std::string_view object,
                             std::span<const Row> all) noexcept {
    const auto found = std::ranges::lower_bound(objects, object, {}, &tables::object_row::name);
    if (found == objects.end() || found->name != object) return {};
    return all.subspan(found->at, found->size);
}

struct route_key {
    http_method method;
    std::size_t segments;
    auto operator<=>(const route_key&) const = default;
};

}  // namespace

std::string_view enum_value::view() const noexcept {
    return text_at(at, size);
}

std::string_view path_segment::view() const noexcept {
    return text_at(at, size);
}

std::string_view parameter::name() const noexcept {
    return text_at(name_at, name_size);
}

std::span<const enum_value> parameter::enum_values() const noexcept {
    return tables::enum_values.subspan(enums_at, enums_size);
}

std::span<const parameter> parameter::children() const noexcept {
    return tables::parameters.subspan(children_at, children_size);
}

const parameter* parameter::find_child(std::string_view child) const noexcept {
    return find_sorted(children(), child);
}

std::string_view operation::tool_name() const noexcept {
    if (made != nullptr) return made->tool_name;
    return text_at(tool_name_.at, tool_name_.size);
}

std::string_view operation::title() const noexcept {
    if (made != nullptr) return made->title;
    return text_at(title_.at, title_.size);
}

std::string_view operation::path_template() const noexcept {
    if (made != nullptr) return made->path;
    return text_at(path_.at, path_.size);
}

std::span<const std::string_view> operation::tags() const noexcept {
    if (made != nullptr) return made->tags;
    return tables::names.subspan(tags_at, tags_size);
}

std::span<const path_segment> operation::segments() const noexcept {
    return tables::segments.subspan(segments_at, segments_size);
}

std::span<const std::string_view> operation::response_objects() const noexcept {
    return tables::names.subspan(objects_at, objects_size);
}

std::span<const parameter> operation::parameters() const noexcept {
    return tables::parameters.subspan(parameters_at, parameters_size);
}

const parameter* operation::find_parameter(std::string_view name) const noexcept {
    return find_sorted(parameters(), name);
}

std::string_view operation::tool_json() const noexcept {
    return {tables::tool_text + tool_json_.at, tool_json_.size};
}

std::string_view operation::called() const noexcept {
    return text_at(called_.at, called_.size);
}

std::string_view operation::said() const noexcept {
    return text_at(said_.at, said_.size);
}

std::span<const operation> operations() noexcept {
    return tables::operations;
}

const operation* find_operation(std::string_view tool_name) noexcept {
    const auto mask = tables::name_slots.size() - 1;
    for (auto slot = name_hash(tool_name) & mask;; slot = (slot + 1) & mask) {
        const auto entry = tables::name_slots[slot];
        if (entry == 0) return nullptr;
        const auto& candidate = tables::operations[entry - 1U];
        if (candidate.tool_name() == tool_name) return &candidate;
    }
}

const operation* find_tool(std::string_view tool_name) noexcept {
    const auto* found = find_operation(tool_name);
    return found != nullptr && found->exposed() ? found : nullptr;
}

route_match match(http_method method, std::string_view path) noexcept {
    route_match out;
    if (path.empty() || path.front() != '/') return out;
    const route_key wanted{method, static_cast<std::size_t>(std::ranges::count(path, '/'))};
    const auto key_of = [](std::uint16_t at) {
        const auto& row = tables::operations[at];
        return route_key{row.method(), row.segments().size()};
    };
    for (const auto at : std::ranges::equal_range(tables::routes, wanted, {}, key_of))
        if (fits(tables::operations[at], path, out)) return out;
    out.values_size = 0;
    return out;
}

bool path_exists(std::string_view path) noexcept {
    return match(http_method::get, path).found != nullptr ||
           match(http_method::post, path).found != nullptr ||
           match(http_method::delete_, path).found != nullptr;
}

std::span<const expansion> expansions(std::string_view object) noexcept {
    return rows_of(tables::objects, object, tables::expansions);
}

std::span<const expand_target> expand_targets(std::string_view object,
                                              std::string_view path) noexcept {
    const auto all = expansions(object);
    const auto found = std::ranges::lower_bound(all, path, {}, &expansion::path);
    if (found == all.end() || found->path != path) return {};
    return found->targets;
}

std::string_view object_field::name() const noexcept {
    return text_at(name_at, name_size);
}

std::span<const std::string_view> object_field::objects() const noexcept {
    return tables::names.subspan(objects_at, objects_size);
}

std::span<const object_field> object_fields(std::string_view object) noexcept {
    return rows_of(tables::fielded, object, tables::object_fields);
}

std::span<const std::string_view> default_fields(std::string_view object) noexcept {
    return rows_of(tables::projected, object, tables::default_fields);
}

std::span<const search_field> search_fields(std::string_view object) noexcept {
    return rows_of(tables::searched, object, tables::search_fields);
}

std::string_view vocabulary() noexcept {
    return tables::vocabulary;
}

std::string_view synonyms() noexcept {
    return tables::synonyms;
}

std::string_view api_version() noexcept {
    return tables::api_version;
}

std::string_view facts_source() noexcept {
    return tables::facts_source;
}

}  // namespace tollgate::stripe
