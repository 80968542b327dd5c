#include "stripe/answer/page.hpp"

#include "base/encoding.hpp"

namespace tollgate::stripe {

std::string page_of_url(std::string_view next_page_url) {
    const auto mark = next_page_url.find('?');
    if (mark == std::string_view::npos) return {};
    auto query = next_page_url.substr(mark + 1);
    query = query.substr(0, query.find('#'));
    while (!query.empty()) {
        const auto end = query.find('&');
        const auto pair = query.substr(0, end);
        if (pair.starts_with("page="))
            return base::percent_decoded(pair.substr(5), base::plus_sign::blank).value_or("");
        query = end == std::string_view::npos ? std::string_view{} : query.substr(end + 1);
    }
    return {};
}

}  // namespace tollgate::stripe
