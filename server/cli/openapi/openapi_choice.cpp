#include "server/cli/openapi/openapi_choice.hpp"

#include <algorithm>
#include <fnmatch.h>
#include <functional>

#include "base/nearest.hpp"
#include "base/text.hpp"
#include "server/cli/openapi/openapi_words.hpp"

namespace tollgate::server {

namespace {

using fits_one = std::function<bool(const openapi_entry&, const std::string&)>;

bool fits_tag(const openapi_entry& one, const std::string& tag) {
    return std::ranges::find(one.tags, tag) != one.tags.end();
}

bool fits_path(const openapi_entry& one, const std::string& path) {
    if (path.find('*') != std::string::npos)
        return fnmatch(path.c_str(), std::string(one.path).c_str(), FNM_PATHNAME | FNM_NOESCAPE) ==
               0;
    if (!one.path.starts_with(path)) return false;
    return one.path.size() == path.size() || path.ends_with('/') || one.path[path.size()] == '/';
}

bool fits_method(const openapi_entry& one, const std::string& method) {
    return base::to_lower(one.method) == base::to_lower(method);
}

bool fits_operation(const openapi_entry& one, const std::string& name) {
    return one.id == name || snake_name(one.id) == name;
}

// "; did you mean 'X'?" for the word of the operations that is nearest.
std::string nearest_hint(const std::vector<openapi_entry>& all, const std::string& given,
                         const std::string& what) {
    std::vector<std::string_view> words;
    for (const auto& one : all) {
        if (what == "--operation") words.push_back(one.id);
        if (what == "--path") words.push_back(one.path);
        if (what == "--tag") words.insert(words.end(), one.tags.begin(), one.tags.end());
    }
    if (what == "--method") return "; a declaration takes GET, POST, PUT, PATCH and DELETE";
    if (what == "--tag" && words.empty()) return "; no operation of this document has a tag";
    const auto near = base::nearest_word(given, words);
    return near.empty() ? "" : "; did you mean '" + plain_line(near) + "'?";
}

// Keeps those of `left` that fit one of `wanted`. Fails for a word that fits none of `all`.
base::result<> keep(std::vector<openapi_entry>& left, const std::vector<openapi_entry>& all,
                    const std::vector<std::string>& wanted, const std::string& what,
                    const fits_one& fits) {
    if (wanted.empty()) return {};
    for (const auto& word : wanted)
        if (std::ranges::none_of(all, [&](const auto& one) { return fits(one, word); }))
            return base::invalid("nothing_chosen", what + " '" + word + "' fits no operation" +
                                                       nearest_hint(all, word, what));
    std::erase_if(left, [&](const openapi_entry& one) {
        return std::ranges::none_of(wanted, [&](const auto& word) { return fits(one, word); });
    });
    return {};
}

}  // namespace

base::result<std::vector<openapi_entry>> choose_operations(std::vector<openapi_entry> all,
                                                           const openapi_filter& by) {
    if (all.empty())
        return base::invalid("nothing_chosen", "the document has no operation below 'paths'");
    auto left = all;
    if (auto kept = keep(left, all, by.tags, "--tag", fits_tag); !kept) return kept.error();
    if (auto kept = keep(left, all, by.paths, "--path", fits_path); !kept) return kept.error();
    if (auto kept = keep(left, all, by.methods, "--method", fits_method); !kept)
        return kept.error();
    if (auto kept = keep(left, all, by.operations, "--operation", fits_operation); !kept)
        return kept.error();
    if (left.empty())
        return base::invalid("nothing_chosen",
                             "no operation fits all of --tag, --path, --method and --operation");
    return left;
}

}  // namespace tollgate::server
