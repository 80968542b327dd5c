#include "stripe/listing/search_tools.hpp"

#include <simdjson.h>

#include <array>
#include <stdexcept>
#include <string>

#include "base/embedded.hpp"

namespace tollgate::stripe {

namespace search_tools_text {
std::span<const base::embedded_file> embedded_files();  // search_tools.json
}

namespace {

constexpr std::array<std::string_view, 5> names{"find_stripe_operations",
                                                "describe_stripe_operation", "read_stripe",
                                                "write_stripe", "delete_stripe"};

// The file's tools without white space, in the file's order, which is that of `names`.
struct tool_texts {
    std::array<std::string, names.size()> json;
    std::array<search_tool_entry, names.size()> entries;

    tool_texts() {
        simdjson::dom::parser parser;
        const simdjson::padded_string text{search_tools_text::embedded_files().front().text};
        std::size_t next = 0;
        for (const auto tool : parser.parse(text).get_array()) {
            json.at(next) = simdjson::minify(tool);
            if (std::string_view(tool["name"]) != names.at(next))
                throw std::logic_error("search_tools.json: a tool is out of its place");
            entries.at(next) = {static_cast<search_tool>(next), names.at(next), json.at(next)};
            ++next;
        }
    }
};

const tool_texts& texts() {
    static const tool_texts all;
    return all;
}

}  // namespace

std::span<const search_tool_entry> search_tools() {
    return texts().entries;
}

const search_tool_entry* find_search_tool(std::string_view name) {
    for (std::size_t i = 0; i < names.size(); ++i)
        if (names[i] == name) return &texts().entries[i];
    return nullptr;
}

search_tool caller_of(const operation& one) noexcept {
    switch (one.method()) {
        case http_method::get:
            return search_tool::read;
        case http_method::delete_:
            return search_tool::delete_;
        case http_method::post:
        case http_method::put:
        case http_method::patch:
            break;
    }
    return search_tool::write;
}

std::string_view caller_name(const operation& one) noexcept {
    return names[static_cast<std::size_t>(caller_of(one))];
}

}  // namespace tollgate::stripe
