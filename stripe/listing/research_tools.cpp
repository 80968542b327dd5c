#include "stripe/listing/research_tools.hpp"

#include <simdjson.h>

#include <algorithm>
#include <array>
#include <stdexcept>
#include <string>

#include "base/embedded.hpp"
#include "stripe/catalog/main_objects.hpp"
#include "stripe/listing/visibility.hpp"

namespace tollgate::stripe {

namespace research_tools_text {
std::span<const base::embedded_file> embedded_files();  // research_tools.json
}

namespace {

constexpr std::array<std::string_view, 2> research_names{"search", "fetch"};

// The file's tools without white space, in the order of `research_names`.
struct research_texts {
    std::array<std::string, research_names.size()> json;
    std::array<research_tool_entry, research_names.size()> entries;

    research_texts() {
        simdjson::dom::parser parser;
        const simdjson::padded_string text{research_tools_text::embedded_files().front().text};
        const auto tools = parser.parse(text).get_array().value();
        for (std::size_t i = 0; i < research_names.size(); ++i) {
            const auto tool = tools.at(i).value();
            if (std::string_view(tool["name"]) != research_names.at(i))
                throw std::logic_error("research_tools.json: a tool is out of its place");
            json.at(i) = simdjson::minify(tool);
            entries.at(i) = {static_cast<research_tool>(i), research_names.at(i), json.at(i)};
        }
    }
};

bool passes(std::string_view tool, const tenancy::tool_filter& filter, tenancy::account_mode mode) {
    const auto* const one = find_tool(tool);
    return one != nullptr && is_visible(*one, filter, mode);
}

}  // namespace

bool is_researched(const main_object& one, const tenancy::tool_filter& filter,
                   tenancy::account_mode mode) {
    return !one.search_tool.empty() && passes(one.search_tool, filter, mode) &&
           passes(one.get_tool, filter, mode);
}

std::span<const research_tool_entry> research_tools(const tenancy::tool_filter& filter,
                                                    const tenancy::listing_rules& rules,
                                                    tenancy::account_mode mode) {
    static const research_texts all;
    const bool any =
        rules.deep_research && std::ranges::any_of(main_objects(), [&](const auto& one) {
            return is_researched(one, filter, mode);
        });
    if (!any) return {};
    return all.entries;
}

}  // namespace tollgate::stripe
