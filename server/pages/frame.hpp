// The frame of every page for people: plain HTML with one style sheet and no script.
#pragma once
#include <string>
#include <string_view>

#include "base/http_message.hpp"

namespace tollgate::server {

// A page. `form_to` lists where its form may be sent, as sources of CSP's form-action; empty: there
// is no form. `title` and `body` are HTML: the caller escapes text written by others. The page
// cannot be framed, loads nothing, and must not be indexed.
base::http_response html_page(unsigned status, std::string_view form_to, std::string_view title,
                              std::string_view body);

// Escapes `text` for HTML, as an element's text or in a quoted attribute.
std::string escaped(std::string_view text);

}  // namespace tollgate::server
