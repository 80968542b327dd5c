#include "server/admin/query.hpp"

#include <algorithm>
#include <optional>
#include <vector>

#include "base/crypto.hpp"
#include "base/nearest.hpp"

namespace tollgate::admin {

namespace {

constexpr std::size_t quoted_characters_max = 64;

std::optional<std::string> decode(std::string_view text) {
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '+') {
            out += ' ';
        } else if (text[i] != '%') {
            out += text[i];
        } else {
            const auto byte = base::from_hex(text.substr(i + 1, 2));
            if (!byte || byte->size() != 1) return {};
            out += *byte;
            i += 2;
        }
    }
    return out;
}

base::failure unknown(const std::string& name, std::initializer_list<std::string_view> known) {
    const std::vector<std::string_view> names{known};
    const std::string_view near = base::nearest_word(name, names);
    const std::string shown = name.substr(0, quoted_characters_max);
    std::string message = "unknown query parameter '" + shown + "'";
    if (!near.empty()) message += "; did you mean '" + std::string{near} + "'?";
    return base::invalid("unknown_parameter", std::move(message), shown);
}

}  // namespace

base::result<query_values> parse_query(std::string_view query,
                                       std::initializer_list<std::string_view> known) {
    query_values out;
    while (!query.empty()) {
        const std::string_view pair = query.substr(0, query.find('&'));
        query.remove_prefix(std::min(pair.size() + 1, query.size()));
        if (pair.empty()) continue;
        const std::size_t equals = std::min(pair.find('='), pair.size());
        const auto name = decode(pair.substr(0, equals));
        const auto value = decode(pair.substr(std::min(equals + 1, pair.size())));
        if (!name || !value)
            return base::invalid(
                "malformed_query",
                "the query is not percent-encoded: a % must be followed by two hex "
                "digits");
        if (std::find(known.begin(), known.end(), std::string_view{*name}) == known.end())
            return unknown(*name, known);
        if (!out.emplace(*name, *value).second)
            return base::invalid("repeated_parameter",
                                 "query parameter '" + *name + "' is given twice", *name);
    }
    return out;
}

}  // namespace tollgate::admin
