// What every page for people is set in: plain HTML with one style sheet and no script.
#pragma once
#include <string>
#include <string_view>

#include "base/http_message.hpp"

namespace tollgate::server {

// A page. `form_to` is where its form may go, as the sources of CSP's form-action; empty: there is
// no form. `title` and `body` are HTML: what others wrote in them is escaped by the caller. It
// cannot be framed, loads nothing, and is not to be indexed.
base::http_response html_page(unsigned status, std::string_view form_to, std::string_view title,
                              std::string_view body);

// `text` for HTML: as an element's text or in a quoted attribute.
std::string escaped(std::string_view text);

}  // namespace tollgate::server
