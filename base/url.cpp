#include "base/url.hpp"

#include <boost/asio/ip/address.hpp>
#include <boost/url/parse.hpp>
#include <boost/url/url_view.hpp>

#include <algorithm>
#include <array>
#include <charconv>

#include "base/encoding.hpp"
#include "base/http_message.hpp"
#include "base/text.hpp"

namespace tollgate::base {

namespace {

constexpr std::size_t url_bytes_max = std::size_t{8} * 1024;
constexpr std::size_t port_digits_max = 5;
// An IPv6 address with an IPv4 tail has at most 45 characters.
constexpr std::size_t address_bytes_max = 45;

bool is_host_name(std::string_view host) {
    return !host.empty() && std::all_of(host.begin(), host.end(), [](char c) {
        return is_word_character(c) || c == '-' || c == '.';
    });
}

// Nullopt for a text that is not an address. Zones are refused: they have a meaning on one machine
// only.
std::optional<boost::asio::ip::address> address_of(std::string_view text) {
    if (text.size() > address_bytes_max || text.find('%') != std::string_view::npos) return {};
    std::array<char, address_bytes_max + 1> ended{};
    std::copy(text.begin(), text.end(), ended.begin());
    boost::system::error_code error;
    auto address = boost::asio::ip::make_address(ended.data(), error);
    if (error) return {};
    return address;
}

bool is_ipv6_address(std::string_view text) {
    const auto address = address_of(text);
    return address && address->is_v6();
}

std::uint16_t default_port(std::string_view scheme) {
    constexpr std::uint16_t https = 443;
    constexpr std::uint16_t http = 80;
    if (scheme == "https") return https;
    return scheme == "http" ? http : std::uint16_t{0};
}

// Fills in host and port; false if one of them is refused.
bool read_authority(const boost::urls::url_view& from, url& into) {
    const std::string_view host = from.encoded_host();
    into.is_ipv6 = host.starts_with('[');
    into.host = to_lower(into.is_ipv6 ? host.substr(1, host.size() - 2) : host);
    if (into.is_ipv6 ? !is_ipv6_address(into.host) : !is_host_name(into.host)) return false;
    into.has_port = from.has_port();
    into.port = default_port(into.scheme);
    if (!into.has_port) return true;
    into.port = parse_port(from.port()).value_or(0);
    return into.port != 0;
}

}  // namespace

std::string url::authority() const {
    std::string out = is_ipv6 ? '[' + host + ']' : host;
    if (has_port) out += ':' + std::to_string(port);
    return out;
}

std::string url::target() const {
    std::string out = path.empty() ? "/" : path;
    if (has_query) out.append("?").append(query);
    return out;
}

std::optional<url> parse_url(std::string_view text, url_userinfo userinfo) {
    if (text.size() > url_bytes_max) return {};
    const auto parsed = boost::urls::parse_uri(text);
    if (!parsed || !parsed->has_authority() || parsed->has_fragment()) return {};
    if (parsed->has_userinfo() && userinfo == url_userinfo::refused) return {};
    url out;
    out.scheme = to_lower(parsed->scheme());
    if (!read_authority(*parsed, out)) return {};
    out.userinfo = parsed->encoded_userinfo();
    out.path = parsed->encoded_path();
    // Boost 1.81 takes text behind a complete authority, as in "https://[::1]x", for a path.
    if (!out.path.empty() && !out.path.starts_with('/')) return {};
    out.query = parsed->encoded_query();
    out.has_query = parsed->has_query();
    return out;
}

void append_query(std::string& to, std::string_view name, std::string_view value) {
    const auto question = to.find('?');
    if (question == std::string::npos)
        to += '?';
    else if (question + 1 != to.size())
        to += '&';
    to.append(name).append("=");
    append_percent_encoded(to, value);
}

bool is_loopback_host(std::string_view host) {
    constexpr std::string_view name = "localhost";
    if (host.size() == name.size() && equal_ignore_case(host, name)) return true;
    const auto address = address_of(host);
    return address && address->is_loopback();
}

std::optional<url_parts> split_url(std::string_view text) {
    constexpr std::string_view mark = "://";
    url_parts out;
    out.scheme = text.substr(0, text.find(mark));
    const bool named = std::all_of(out.scheme.begin(), out.scheme.end(), [](char c) {
        return is_letter_or_digit(c) || c == '-' || c == '+' || c == '.';
    });
    if (out.scheme.size() == text.size() || out.scheme.empty() || !named) return {};
    text.remove_prefix(out.scheme.size() + mark.size());
    const auto* const end = std::find_if(text.begin(), text.end(),
                                         [](char c) { return c == '/' || c == '?' || c == '#'; });
    out.authority = {text.begin(), end};
    out.rest = {end, text.end()};
    return out;
}

std::optional<authority_parts> split_authority(std::string_view text) {
    authority_parts out;
    out.bracketed = text.starts_with('[');
    const auto end = std::min(text.find(out.bracketed ? ']' : ':'), text.size());
    if (out.bracketed && end == text.size()) return {};
    out.host = out.bracketed ? text.substr(1, end - 1) : text.substr(0, end);
    text.remove_prefix(out.bracketed ? end + 1 : end);
    out.has_port = !text.empty();
    if (out.has_port) {
        if (text.front() != ':') return {};
        out.port = text.substr(1);
    }
    if (out.host.empty() || out.port.find(':') != std::string_view::npos) return {};
    return out;
}

std::optional<std::uint16_t> parse_port(std::string_view text) {
    std::uint16_t out = 0;
    const auto* const end = text.data() + text.size();
    const auto [stopped, error] = std::from_chars(text.data(), end, out);
    if (text.empty() || text.size() > port_digits_max || error != std::errc{} || stopped != end)
        return {};
    return out;
}

std::optional<authority_parts> parse_authority(std::string_view text) {
    const auto parts = split_authority(text);
    if (!parts || (!parts->port.empty() && !parse_port(parts->port))) return {};
    const bool good = parts->bracketed ? is_ipv6_address(parts->host) : is_host_name(parts->host);
    return good ? parts : std::nullopt;
}

}  // namespace tollgate::base
