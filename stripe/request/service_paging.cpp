#include "stripe/request/service_paging.hpp"

#include <algorithm>
#include <charconv>

#include "base/encoding.hpp"
#include "base/text.hpp"

namespace tollgate::stripe {

namespace {

namespace dom = simdjson::dom;

constexpr std::size_t service_cursor_bytes_max = 1'000;
constexpr std::size_t link_query_bytes_max = 2'000;
constexpr std::int64_t position_max = 1'000'000'000;

constexpr std::string_view elsewhere =
    "The service names a next page at another address, which is not asked: narrow the list.";
constexpr std::string_view no_cursor =
    "What the service says of the next page is not a cursor: narrow the list.";
constexpr std::string_view same_page =
    "The service names the same page as the next one again: narrow the list.";
constexpr std::string_view no_list =
    "The answer has no list where the declarations say, so that its next page is not known.";

page_after not_known(std::string_view why) {
    return {{}, std::string(why)};
}

std::int64_t number_of(std::string_view token, std::int64_t usual) {
    std::int64_t out = usual;
    std::from_chars(token.data(), token.data() + token.size(), out);
    return out;
}

page_after by_cursor(const made_paging& paging, const dom::element& body, const asked_page& asked) {
    dom::element next;
    if (body.at_pointer(paging.next).get(next) != simdjson::SUCCESS || next.is_null()) return {};
    bool more = true;
    if (next.get(more) == simdjson::SUCCESS) return more ? not_known(no_cursor) : page_after{};
    std::string token;
    std::string_view text;
    if (next.get(text) == simdjson::SUCCESS)
        token = text;
    else if (next.is_int64() || next.is_uint64())
        token = simdjson::minify(next);
    else
        return not_known(no_cursor);
    if (token.empty()) return {};
    if (token.size() > service_cursor_bytes_max) return not_known(no_cursor);
    if (token == asked.token) return not_known(same_page);
    return {std::move(token), {}};
}

page_after by_position(const made_paging& paging, const dom::element& body,
                       const asked_page& asked) {
    dom::element list = body;
    if (!paging.items.empty() && body.at_pointer(paging.items).get(list) != simdjson::SUCCESS)
        return not_known(no_list);
    dom::array items;
    if (list.get(items) != simdjson::SUCCESS) return not_known(no_list);
    const auto count = static_cast<std::int64_t>(items.size());
    if (count == 0) return {};
    const bool pages = paging.style == paging_style::page;
    const auto at = number_of(asked.token, pages ? paging.first : 0);
    const auto next = at + (pages ? 1 : count);
    if (next > position_max) return not_known(no_cursor);
    return {std::to_string(next), {}};
}

// Takes the blanks off both ends.
std::string_view bare(std::string_view text) {
    while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
    while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
    return text;
}

// Where `mark` is outside of quoted texts; the end if it is nowhere.
std::size_t find_unquoted(std::string_view text, char mark) {
    bool quoted = false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '"') quoted = !quoted;
        if (quoted && text[i] == '\\') ++i;
        if (!quoted && text[i] == mark) return i;
    }
    return text.size();
}

// True if `relations`, the value of rel, has the relation next among its words.
bool names_next(std::string_view relations) {
    while (!relations.empty()) {
        const auto end = std::min(relations.find(' '), relations.size());
        if (base::to_lower(relations.substr(0, end)) == "next") return true;
        relations.remove_prefix(std::min(end + 1, relations.size()));
    }
    return false;
}

// True if the parameters of a link (RFC 8288: ;rel="next";title=…) have the relation next.
bool is_next(std::string_view parameters) {
    while (!parameters.empty()) {
        parameters = bare(parameters);
        if (!parameters.starts_with(';')) return false;
        parameters.remove_prefix(1);
        const auto end = find_unquoted(parameters, ';');
        const auto one = bare(parameters.substr(0, end));
        parameters.remove_prefix(end);
        const auto equals = one.find('=');
        if (equals == std::string_view::npos) continue;
        if (base::to_lower(bare(one.substr(0, equals))) != "rel") continue;
        auto value = bare(one.substr(equals + 1));
        if (value.size() >= 2 && value.front() == '"' && value.back() == '"')
            value = value.substr(1, value.size() - 2);
        return names_next(value);
    }
    return false;
}

// The address of the first link with the relation next; empty if there is none.
std::string_view next_link(std::string_view header) {
    while (!header.empty()) {
        header = bare(header);
        std::string_view address;
        if (header.starts_with('<')) {
            const auto end = header.find('>');
            if (end == std::string_view::npos) return {};
            address = header.substr(1, end - 1);
            header.remove_prefix(end + 1);
        }
        const auto last = find_unquoted(header, ',');
        if (is_next(header.substr(0, last))) return address;
        header.remove_prefix(std::min(last + 1, header.size()));
    }
    return {};
}

// What a query may have as it is (RFC 3986 §3.4).
bool is_query(std::string_view text) {
    constexpr std::string_view marks = "-._~!$&'()*+,;=:@/?%";
    return std::ranges::all_of(text, [&](char c) {
        const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
        return letter || base::is_digit(c) || marks.find(c) != std::string_view::npos;
    });
}

// True if `address`, without its query, is the place that was asked.
bool is_same_place(std::string_view address, const asked_page& asked) {
    const auto path = asked.target.substr(0, asked.target.find('?'));
    if (address.empty() || address == path) return true;
    const auto& at = asked.service;
    const std::string scheme = at.tls ? "https://" : "http://";
    if (!base::to_lower(address).starts_with(scheme)) return false;
    address.remove_prefix(scheme.size());
    const auto slash = std::min(address.find('/'), address.size());
    if (address.substr(slash) != path) return false;
    const std::string named = base::to_lower(address.substr(0, slash));
    const std::string usual_port = at.tls ? ":443" : ":80";
    return named == at.authority() || named == at.authority() + usual_port;
}

page_after by_link(std::string_view header, const asked_page& asked) {
    const auto address = next_link(header);
    if (address.empty()) return {};
    const auto mark = address.find('?');
    if (mark == std::string_view::npos || !is_same_place(address.substr(0, mark), asked))
        return not_known(elsewhere);
    const auto query = address.substr(mark + 1);
    if (query.empty() || query.size() > link_query_bytes_max || !is_query(query))
        return not_known(elsewhere);
    if (query == asked.token) return not_known(same_page);
    return {std::string(query), {}};
}

}  // namespace

base::result<> ask_for_page(const made_paging& paging, std::string_view token,
                            std::string& target) {
    if (token.empty()) return {};
    if (paging.style == paging_style::link) {
        if (token.size() > link_query_bytes_max || !is_query(token))
            return base::invalid("bad_cursor", "'next_cursor' does not name a page of this list",
                                 "next_cursor");
        target.resize(std::min(target.find('?'), target.size()));
        target += '?';
        target += token;
        return {};
    }
    target += target.find('?') == std::string::npos ? '?' : '&';
    base::append_percent_encoded(target, paging.parameter);
    target += '=';
    base::append_percent_encoded(target, token);
    return {};
}

std::string paging_mark(const made_paging& paging) {
    return '#' + std::to_string(static_cast<int>(paging.style)) + paging.parameter;
}

page_after next_page_of(const made_paging& paging, dom::element body, std::string_view link_header,
                        const asked_page& asked) {
    switch (paging.style) {
        case paging_style::none:
            break;
        case paging_style::cursor:
            return by_cursor(paging, body, asked);
        case paging_style::page:
        case paging_style::offset:
            return by_position(paging, body, asked);
        case paging_style::link:
            return by_link(link_header, asked);
    }
    return {};
}

}  // namespace tollgate::stripe
