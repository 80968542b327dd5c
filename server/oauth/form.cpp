#include "server/oauth/form.hpp"

#include <algorithm>

#include "base/encoding.hpp"

namespace tollgate::oauth {

namespace {

constexpr std::size_t parameters_max = 50;

}  // namespace

std::optional<parameters> decode_parameters(std::string_view text) {
    parameters out;
    while (!text.empty()) {
        const std::string_view pair = text.substr(0, text.find('&'));
        text.remove_prefix(std::min(pair.size() + 1, text.size()));
        if (pair.empty()) continue;
        const std::size_t equals = std::min(pair.find('='), pair.size());
        auto name = base::percent_decoded(pair.substr(0, equals), base::plus_sign::blank);
        auto value = base::percent_decoded(pair.substr(std::min(equals + 1, pair.size())),
                                           base::plus_sign::blank);
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

}  // namespace tollgate::oauth
