// The words the catalogue is written in. Shared by the running gateway and by the generator that
// compiles the facts.
#pragma once
#include <cstdint>
#include <string_view>

namespace tollgate::stripe {

// The form of a value. `map` has string keys and one child, the form of its values (none: strings).
// `array` has one child, the form of its items. `any_of` has one child for each form it may take.
// `range` is an integer or an object of gt, gte, lt and lte.
enum class value_type : std::uint8_t {
    string,
    integer,
    number,
    boolean,
    object,
    array,
    map,
    range,
    file,
    any_of,
};

enum class value_format : std::uint8_t { none, unix_time, decimal, currency, date_time };

enum class http_method : std::uint8_t { get, post, delete_ };

// As in a request line: "DELETE".
constexpr std::string_view to_string(http_method method) {
    switch (method) {
        case http_method::get:
            return "GET";
        case http_method::post:
            return "POST";
        case http_method::delete_:
            return "DELETE";
    }
    return "GET";
}

// Which of Stripe's hosts answers the operation.
enum class api_host : std::uint8_t { api, files };

// How the parameters that are not in the path travel.
enum class encoding : std::uint8_t { query, form, json, multipart };

// What a successful answer is: an object, a page of them (`v2_list` pages by URL), the mark of a
// deletion, or bytes.
enum class response_kind : std::uint8_t { object, list, search, v2_list, deleted, binary };

// Where a top-level parameter travels.
enum class place : std::uint8_t { path, query, body };

// What a field of an object holds: a value (text, a number, an id, an array of those), a hash whose
// members the catalogue does not name, or whole objects of its own kinds (also as a list or array).
enum class field_kind : std::uint8_t { value, hash, objects };

// What a field of Stripe's search holds: `string` fields compare exactly (and by parts where the
// field allows it), `token` fields are words such as a status, numbers compare by size.
enum class search_type : std::uint8_t { string, number, token };

// Which Stripe parameter the argument `next_cursor` fills.
enum class cursor_kind : std::uint8_t { none, starting_after, page };

}  // namespace tollgate::stripe
