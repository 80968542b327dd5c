// The enumerations of the catalogue. Shared by the gateway and by the generator that compiles the
// facts.
#pragma once
#include <cstdint>
#include <string_view>

namespace tollgate::stripe {

// The form of a value. `map` has string keys and one child, the form of its values (none: strings).
// `array` has one child, the form of its items. `any_of` has one child for each alternative.
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

// Stripe uses the first three.
enum class http_method : std::uint8_t { get, post, delete_, put, patch };

// As in a request line: "DELETE".
constexpr std::string_view to_string(http_method method) {
    switch (method) {
        case http_method::get:
            return "GET";
        case http_method::post:
            return "POST";
        case http_method::delete_:
            return "DELETE";
        case http_method::put:
            return "PUT";
        case http_method::patch:
            return "PATCH";
    }
    return "GET";
}

// The host that answers the operation: one of Stripe's, or that of the service which its account is
// of.
enum class api_host : std::uint8_t { api, files, service };

// How the parameters outside the path are sent.
enum class encoding : std::uint8_t { query, form, json, multipart };

// The form of a successful answer: an object, a page of them (`v2_list` pages by URL), a deletion
// marker, or bytes.
enum class response_kind : std::uint8_t { object, list, search, v2_list, deleted, binary };

// Where a top-level parameter is sent.
enum class place : std::uint8_t { path, query, body };

// The content of an object's field: a value (text, a number, an id, an array of those), a hash
// whose members are not in the catalogue, or whole objects of given kinds (also as a list or
// array).
enum class field_kind : std::uint8_t { value, hash, objects };

// The type of a field in Stripe's search: `string` fields match exactly (and by parts if the field
// allows it), `token` fields are words such as a status, numbers compare by size.
enum class search_type : std::uint8_t { string, number, token };

// The Stripe parameter that the argument `next_cursor` sets.
enum class cursor_kind : std::uint8_t { none, starting_after, page };

}  // namespace tollgate::stripe
