#include "server/admin/query.hpp"

#include <algorithm>
#include <optional>
#include <vector>

#include "base/encoding.hpp"
#include "base/nearest.hpp"

namespace tollgate::admin {

namespace {

constexpr std::size_t quoted_characters_max = 64;

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
        const auto name = base::percent_decoded(pair.substr(0, equals), base::plus_sign::blank);
        const auto value = base::percent_decoded(pair.substr(std::min(equals + 1, pair.size())),
                                                 base::plus_sign::blank);
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
