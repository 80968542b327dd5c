// An operation that no compiled table has: of a service which declarations describe.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "stripe/catalog/catalog.hpp"

namespace tollgate::stripe {

// Where one of its parameters is sent. The name is the service's own.
struct made_parameter {
    std::string name;
    stripe::place place = stripe::place::query;
};

// How a list says where its next page is: by a cursor in the answer, by counting pages or rows, or
// by the header Link.
enum class paging_style : std::uint8_t { none, cursor, page, offset, link };

struct made_paging {
    paging_style style = paging_style::none;
    std::string parameter{};  // of the query, that chooses the page; empty: link
    std::string next{};       // cursor: where it is in the answer, as a JSON pointer (RFC 6901)
    std::string items{};      // page, offset: where the list is; empty: the answer itself
    std::int64_t first = 1;   // page: the number of the first page
};

// The texts of an operation, for operation::made. Every other fact is in the operation itself.
struct made_operation {
    std::string tool_name;
    std::string title;
    std::string path;                    // with the path of the service: "/v2/jobs/{job_id}"
    std::vector<std::string> tag_words;  // owns what `tags` views
    std::vector<std::string_view> tags;
    std::vector<made_parameter> parameters;
    std::vector<std::string> fields;  // of the answer that are shown; empty: all
    // The service treats two writes with the same Idempotency-Key as one.
    bool honours_key = false;
    made_paging paging{};
};

}  // namespace tollgate::stripe
