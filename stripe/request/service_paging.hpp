// Pages of a service's lists: which one a request asks for, and where the next one is. Pure.
#pragma once
#include <simdjson.h>

#include <string>
#include <string_view>

#include "base/result.hpp"
#include "stripe/catalog/made_operation.hpp"
#include "tenancy/rules/service.hpp"

namespace tollgate::stripe {

// Makes `target` (path and query of the first page) ask for the page with that token, which
// next_page_of() gave; an empty one is the first page. Fails with "bad_cursor" if the token is no
// query that a link may name.
base::result<> ask_for_page(const made_paging& paging, std::string_view token, std::string& target);

// Differs if a token of one list means nothing to the other: what a cursor is bound to, beside its
// arguments.
std::string paging_mark(const made_paging& paging);

// The page that was asked for.
struct asked_page {
    const tenancy::service_access& service;
    std::string_view target;  // path and query of the request
    std::string_view token;   // of the page; empty: the first
};

struct page_after {
    std::string token;  // of the next page; empty: there is none, or it cannot be asked for
    std::string note;   // why it cannot be; or empty
};

// Where `body` or the header Link says that the next page is. What the service says is not
// believed: a cursor is a text or a number of 1 to 1,000 bytes that differs from the one before; a
// link leads to the path of the request at the same scheme, host and port, or to none.
page_after next_page_of(const made_paging& paging, simdjson::dom::element body,
                        std::string_view link_header, const asked_page& asked);

}  // namespace tollgate::stripe
