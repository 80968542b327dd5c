#include "server/oauth/form.hpp"

#include <algorithm>

#include "base/crypto.hpp"

namespace tollgate::oauth {

namespace {

constexpr std::size_t parameters_max = 50;

std::optional<std::string> decoded(std::string_view text) {
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] != '%') {
            out += text[i] == '+' ? ' ' : text[i];
            continue;
        }
        const auto byte = base::from_hex(text.substr(i + 1, 2));
        if (!byte || byte->size() != 1) return {};
        out += *byte;
        i += 2;
    }
    return out;
}

bool is_unreserved(char c) {
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
           std::string_view{"-._~"}.find(c) != std::string_view::npos;
}

}  // namespace

std::optional<parameters> decode_parameters(std::string_view text) {
    parameters out;
    while (!text.empty()) {
        const std::string_view pair = text.substr(0, text.find('&'));
        text.remove_prefix(std::min(pair.size() + 1, text.size()));
        if (pair.empty()) continue;
        const std::size_t equals = std::min(pair.find('='), pair.size());
        auto name = decoded(pair.substr(0, equals));
        auto value = decoded(pair.substr(std::min(equals + 1, pair.size())));
        if (!name || !value || out.size() == parameters_max) return {};
        if (!out.emplace(std::move(*name), std::move(*value)).second) return {};
    }
    return out;
}

std::optional<parameters> decode_form(const base::http_request& request) {
    const auto header = request.header("Content-Type");
    auto type = header.substr(0, header.find(';'));
    while (type.ends_with(' ')) type.remove_suffix(1);
    if (!base::equal_ignore_case(type, "application/x-www-form-urlencoded")) return {};
    return decode_parameters(request.body);
}

std::string_view value_of(const parameters& in, std::string_view name) {
    const auto found = in.find(name);
    return found == in.end() ? std::string_view{} : std::string_view{found->second};
}

void add_parameter(std::string& uri, std::string_view name, std::string_view value) {
    uri += uri.find('?') == std::string::npos ? '?' : '&';
    uri += name;
    uri += '=';
    for (const char c : value) {
        if (is_unreserved(c)) {
            uri += c;
        } else {
            uri += '%';
            uri += base::hex({&c, 1});
        }
    }
}

}  // namespace tollgate::oauth
