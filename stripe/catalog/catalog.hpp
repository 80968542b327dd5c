// Stripe's operations: compiled in, read-only, without start-up cost. Everything returned here
// lives as long as the process; every function may be called on any thread, and none allocates
// unless it says so.
#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "stripe/catalog/kinds.hpp"
#include "tenancy/rules/method.hpp"

namespace tollgate::stripe {

// A string in the compiled text: position and length.
struct text_ref {
    std::uint32_t at = 0;
    std::uint32_t size = 0;
};

// A short string in the compiled text: an enum value.
struct enum_value {
    std::uint32_t at = 0;
    std::uint8_t size = 0;

    std::string_view view() const noexcept;
};

// One parameter, at any depth. Use the functions: the members are the compiled form.
struct parameter {
    std::uint32_t name_at = 0;
    std::uint16_t children_at = 0;
    std::uint16_t children_size = 0;
    std::uint16_t enums_at = 0;
    std::uint16_t enums_size = 0;
    std::uint16_t length_max = 0;
    std::uint8_t name_size = 0;
    value_type type_ = value_type::string;
    value_format format_ = value_format::none;
    std::uint8_t flags = 0;

    static constexpr std::uint8_t required_flag = 1;
    static constexpr std::uint8_t unset_flag = 2;
    static constexpr std::uint8_t documented_flag = 4;
    static constexpr unsigned place_shift = 4;

    // Empty for the items of an array, the values of a map and the forms of a union.
    std::string_view name() const noexcept;
    value_type type() const noexcept { return type_; }
    value_format format() const noexcept { return format_; }
    bool required() const noexcept { return (flags & required_flag) != 0; }
    // True if the empty string clears the field.
    bool unset() const noexcept { return (flags & unset_flag) != 0; }
    // Top level only: true if tools show and accept it. Other parameters are known to Stripe (and
    // the sandbox) only.
    bool documented() const noexcept { return (flags & documented_flag) != 0; }
    // Top level only.
    stripe::place place() const noexcept {
        return static_cast<stripe::place>(flags >> place_shift);
    }
    // The maximum length of a string; 5000 if Stripe names none.
    std::size_t length_limit() const noexcept { return length_max == 0 ? 5000 : length_max; }
    // The values that Stripe names; it may accept others. Empty: any value.
    std::span<const enum_value> enum_values() const noexcept;
    // Sorted by name for objects; see value_type for the others.
    std::span<const parameter> children() const noexcept;
    // The child with that name, or null.
    const parameter* find_child(std::string_view child) const noexcept;
};

// One segment of a path template: a literal, or a parameter by its argument name.
struct path_segment {
    std::uint32_t at = 0;
    std::uint8_t size = 0;
    bool is_parameter = false;

    std::string_view view() const noexcept;
};

struct made_operation;

// One operation of Stripe's API. Use the functions: the members are the compiled form.
struct operation {
    text_ref tool_name_;
    text_ref title_;
    text_ref path_;
    text_ref tool_json_;
    text_ref called_;
    text_ref said_;
    std::uint16_t parameters_at = 0;
    std::uint16_t parameters_size = 0;
    std::uint16_t segments_at = 0;
    std::uint16_t objects_at = 0;
    std::uint16_t tags_at = 0;
    std::uint8_t segments_size = 0;
    std::uint8_t objects_size = 0;
    std::uint8_t tags_size = 0;
    std::uint8_t flags = 0;
    tenancy::method kind_ = tenancy::method::custom;
    http_method method_ = http_method::get;
    api_host host_ = api_host::api;
    stripe::encoding encoding_ = stripe::encoding::query;
    response_kind response_ = response_kind::object;
    cursor_kind cursor_ = cursor_kind::none;
    // Of a service that is not Stripe; null: the operation is in the compiled tables.
    const made_operation* made = nullptr;

    static constexpr std::uint8_t exposed_flag = 1;
    static constexpr std::uint8_t read_only_flag = 2;
    static constexpr std::uint8_t destructive_flag = 4;
    static constexpr std::uint8_t idempotent_flag = 8;
    static constexpr std::uint8_t open_world_flag = 16;
    static constexpr std::uint8_t deprecated_flag = 32;
    static constexpr std::uint8_t operation_key_flag = 64;
    static constexpr std::uint8_t test_only_flag = 128;

    std::string_view tool_name() const noexcept;
    // Empty if the operation is not exposed.
    std::string_view title() const noexcept;
    tenancy::method kind() const noexcept { return kind_; }
    std::span<const std::string_view> tags() const noexcept;
    http_method method() const noexcept { return method_; }
    // As Stripe writes it: "/v1/charges/{charge}/refunds".
    std::string_view path_template() const noexcept;
    // The path's segments; a parameter has the name of the tool's argument: v1, charges, charge_id,
    // refunds.
    std::span<const path_segment> segments() const noexcept;
    api_host host() const noexcept { return host_; }
    stripe::encoding encoding() const noexcept { return encoding_; }
    response_kind response() const noexcept { return response_; }
    // The names of the objects it may return; for a page, those of its items. May be empty.
    std::span<const std::string_view> response_objects() const noexcept;
    // All parameters, sorted by name, including those of the path (under their argument names).
    std::span<const parameter> parameters() const noexcept;
    // The parameter with that name, documented or not; null if there is none.
    const parameter* find_parameter(std::string_view name) const noexcept;
    // The parameter that `next_cursor` sets; none: the tool has no such argument.
    cursor_kind cursor() const noexcept { return cursor_; }
    // True if the tool has the argument `operation_key`: it writes.
    bool takes_operation_key() const noexcept { return (flags & operation_key_flag) != 0; }
    // True if there is a tool for it.
    bool exposed() const noexcept { return (flags & exposed_flag) != 0; }
    bool read_only() const noexcept { return (flags & read_only_flag) != 0; }
    bool destructive() const noexcept { return (flags & destructive_flag) != 0; }
    bool idempotent() const noexcept { return (flags & idempotent_flag) != 0; }
    bool open_world() const noexcept { return (flags & open_world_flag) != 0; }
    bool deprecated() const noexcept { return (flags & deprecated_flag) != 0; }
    // True if it exists in test mode only: a test helper.
    bool test_only() const noexcept { return (flags & test_only_flag) != 0; }
    // The whole tool as shown in tools/list, one JSON object without white space; empty if it is
    // not exposed.
    std::string_view tool_json() const noexcept;
    // Names that people use for its object, separated by ';'; equal for all operations of one
    // resource. Empty if it is not exposed.
    std::string_view called() const noexcept;
    // Phrases with which people ask for it, separated by ';'. May be empty.
    std::string_view said() const noexcept;
};

// The object that a path can expand to.
struct expand_target {
    std::string_view object;
    // The path is left out of the response unless it is expanded, and is then a list of such
    // objects.
    bool is_list = false;
};

struct expansion {
    std::string_view path;
    std::span<const expand_target> targets;
};

// A field of one of Stripe's objects. Use the functions: the members are the compiled form.
struct object_field {
    std::uint32_t name_at = 0;
    std::uint16_t objects_at = 0;
    std::uint8_t name_size = 0;
    std::uint8_t objects_size = 0;
    field_kind kind = field_kind::value;

    std::string_view name() const noexcept;
    // The kinds of objects it contains; empty unless `kind` is objects.
    std::span<const std::string_view> objects() const noexcept;
};

// A field that Stripe's search can use.
struct search_field {
    std::string_view name;
    search_type type = search_type::string;
    // Supports `~`: a part of the value, with at least three letters.
    bool substring = false;
};

// The matched path of a request. `values` contains the path parameters in order, still
// percent-encoded.
struct route_match {
    const operation* found = nullptr;
    std::array<std::string_view, 4> values{};
    std::size_t values_size = 0;
};

// Every operation, sorted by tool name; those with exposed() are tools.
std::span<const operation> operations() noexcept;

// The exposed operation with that tool name, or null.
const operation* find_tool(std::string_view tool_name) noexcept;

// The operation with that tool name, exposed or not, or null.
const operation* find_operation(std::string_view tool_name) noexcept;

// The operation for `method` on `path` ("/v1/charges/ch_1", without a query), exposed or not;
// `found` is null if there is none. A literal segment takes precedence over a parameter. The values
// are views of `path`.
route_match match(http_method method, std::string_view path) noexcept;

// True if the path exists for any method: the difference between 404 and 405.
bool path_exists(std::string_view path) noexcept;

// The paths that `expand` can reach from an object in one hop, sorted; empty for an unknown object.
std::span<const expansion> expansions(std::string_view object) noexcept;

// The objects that one hop of `expand` reaches from an object ("payment_intent",
// "invoice_settings.default_payment_method"); empty if the path is not expandable.
std::span<const expand_target> expand_targets(std::string_view object,
                                              std::string_view path) noexcept;

// Every field an object may have in the version of api_version(), sorted by name; empty for an
// unknown object.
std::span<const object_field> object_fields(std::string_view object) noexcept;

// The fields of an object that an answer shows by default: dotted paths, sorted; `id` and `object`
// are implied. Empty: there is no record, and all its fields are shown.
std::span<const std::string_view> default_fields(std::string_view object) noexcept;

// The fields by which an object can be searched, sorted by name; if there are any, `metadata`
// (every key, as strings) is implied. Empty: the object has no search.
std::span<const search_field> search_fields(std::string_view object) noexcept;

// People's phrases and the API's words for them: lines of phrase, tab, meaning.
std::string_view vocabulary() noexcept;

// Words with similar meanings: lines of a name, a tab, and the words separated by ';'.
std::string_view synonyms() noexcept;

// The Stripe-Version that the facts describe, and the npm package they were taken from.
std::string_view api_version() noexcept;
std::string_view facts_source() noexcept;

}  // namespace tollgate::stripe
