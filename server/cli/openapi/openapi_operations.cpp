#include "server/cli/openapi/openapi_operations.hpp"

#include <algorithm>
#include <array>

#include "base/json_text.hpp"
#include "base/text.hpp"
#include "server/cli/openapi/openapi_inputs.hpp"
#include "server/cli/openapi/openapi_words.hpp"

namespace tollgate::server {

namespace {

namespace dom = simdjson::dom;
using tenancy::declared_tier;

struct method_word {
    std::string_view key;
    std::string_view method;
};
// A declaration has no other methods.
constexpr std::array<method_word, 5> method_words{
    {{"get", "GET"}, {"post", "POST"}, {"put", "PUT"}, {"patch", "PATCH"}, {"delete", "DELETE"}}};

constexpr std::size_t description_bytes_max = 240;
constexpr std::size_t description_bytes_min = 10;  // shorter ones are regrets
constexpr std::size_t tags_max = 20;
constexpr std::size_t entries_max = 20'000;
constexpr std::size_t path_bytes_max = 2'000;
// Of an id and of a tag. Many paths may share an operation by reference: each keeps a copy.
constexpr std::size_t word_bytes_max = 200;

std::string word_of(std::string_view text) {
    return plain_line(base::clipped_text(text, word_bytes_max));
}

std::vector<std::string> tags_of(dom::object operation) {
    std::vector<std::string> out;
    dom::array tags;
    if (operation["tags"].get(tags) != simdjson::SUCCESS) return out;
    for (const auto one : tags) {
        std::string_view tag;
        if (one.get(tag) == simdjson::SUCCESS && out.size() < tags_max) out.push_back(word_of(tag));
    }
    return out;
}

std::string description_of(const openapi_entry& entry) {
    for (const auto* const key : {"summary", "description"}) {
        auto out = first_sentence(openapi_text(entry.operation, key), description_bytes_max);
        if (out.size() >= description_bytes_min) return out;
    }
    return "Calls " + entry.method + ' ' +
           plain_line(base::clipped_text(entry.path, description_bytes_max));
}

declared_tier tier_of(std::string_view method) {
    if (method == "GET") return declared_tier::read;
    return method == "DELETE" ? declared_tier::admin : declared_tier::write;
}

// The path with names that a declaration takes for its parameters; the inputs have the same names.
std::string named_path(std::string_view path) {
    std::string out;
    while (!path.empty()) {
        const auto open = path.find('{');
        const auto close = path.find('}', std::min(open, path.size()));
        if (close == std::string_view::npos) return out + std::string(path);
        out += std::string(path.substr(0, open + 1)) +
               path_input_name(path.substr(open + 1, close - open - 1)) + '}';
        path.remove_prefix(close + 1);
    }
    return out;
}

bool has_own_server(const openapi_entry& entry) {
    dom::array servers;
    return entry.operation["servers"].get(servers) == simdjson::SUCCESS ||
           entry.path_item["servers"].get(servers) == simdjson::SUCCESS;
}

}  // namespace

std::vector<openapi_entry> openapi_entries(const openapi_document& in) {
    std::vector<openapi_entry> out;
    dom::object paths;
    if (in.root()["paths"].get(paths) != simdjson::SUCCESS) return out;
    for (const auto& path : paths) {
        const auto item = in.follow(path.value);
        if (!item) continue;
        for (const auto& known : method_words) {
            dom::object operation;
            if ((*item)[known.key].get(operation) != simdjson::SUCCESS) continue;
            if (out.size() == entries_max) return out;
            openapi_entry one{.id = word_of(openapi_text(operation, "operationId")),
                              .method = std::string(known.method),
                              .path = path.key,
                              .tags = tags_of(operation),
                              .operation = operation,
                              .path_item = *item};
            if (one.id.empty()) one.id = word_of(one.method + ' ' + std::string(path.key));
            out.push_back(std::move(one));
        }
    }
    return out;
}

std::optional<written_capability> read_openapi_operation(const openapi_document& in,
                                                         const openapi_entry& entry,
                                                         std::vector<openapi_left_out>& left_out) {
    const auto refuse = [&](std::string reason) -> std::optional<written_capability> {
        left_out.push_back({entry.id, {}, std::move(reason)});
        return {};
    };
    if (has_own_server(entry))
        return refuse("it has a server of its own, and a declarations file has one base_url");
    if (entry.path.size() > path_bytes_max)
        return refuse("its path is longer than " + std::to_string(path_bytes_max) + " bytes");
    written_capability out{};
    out.name = snake_name(entry.id);
    out.description = description_of(entry);
    out.method = entry.method;
    out.path = named_path(entry.path);
    if (!stripe::path_names(out.path))
        return refuse(
            "its path cannot be said: parameters must stand alone between slashes, and "
            "other parts are letters, digits and -_.~");
    out.tier = tier_of(entry.method);
    out.consent_required = out.tier != declared_tier::read;
    out.tags = entry.tags;
    const auto inputs = read_openapi_inputs(in, entry, out, left_out);
    if (!inputs) return refuse(inputs.error().message);
    return out;
}

}  // namespace tollgate::server
