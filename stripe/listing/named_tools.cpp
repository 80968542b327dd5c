#include "stripe/listing/named_tools.hpp"

#include <algorithm>
#include <set>

namespace tollgate::stripe {

namespace {

constexpr std::string_view mark = "_stripe_";

bool is_name_character(char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
}

// A range of a text: from the first character to after the last.
struct place {
    std::size_t begin = 0, end = 0;
};

// The word around the next mark at or after `from`; empty at the end.
place next_name(std::string_view text, std::size_t from) {
    const auto at = text.find(mark, from);
    if (at == std::string_view::npos) return {text.size(), text.size()};
    place out{at, at + mark.size()};
    while (out.begin > from && is_name_character(text[out.begin - 1])) --out.begin;
    while (out.end < text.size() && is_name_character(text[out.end])) ++out.end;
    return out;
}

const operation* named(std::string_view text, place at) {
    return find_operation(text.substr(at.begin, at.end - at.begin));
}

// True at a quote that begins or ends a JSON string.
bool is_bound(std::string_view json, std::size_t at) {
    return json[at] == '"' && (at == 0 || json[at - 1] != '\\');
}

// The clause around a name in a JSON string, with the separator before it or, if it is the first
// clause, after it.
place clause_around(std::string_view json, place name) {
    place out = name;
    while (out.begin > 0 && !is_bound(json, out.begin - 1)) {
        const auto before = json.substr(0, out.begin);
        if (before.ends_with(". ") || before.ends_with("; ")) break;
        --out.begin;
    }
    const auto ends_here = [&](std::size_t at) {
        if (json[at] != '.' && json[at] != ';') return false;
        return at + 1 < json.size() && (json[at + 1] == ' ' || is_bound(json, at + 1));
    };
    while (out.end < json.size() && !is_bound(json, out.end) && !ends_here(out.end)) ++out.end;
    const auto before = json.substr(0, out.begin);
    const bool stops = out.end < json.size() && json[out.end] == '.';
    if (before.ends_with("; ")) {
        out.begin -= 2;
    } else if (before.ends_with(". ")) {
        out.begin -= 1;
        if (stops) ++out.end;
    } else if (out.end < json.size() && !is_bound(json, out.end)) {
        ++out.end;
        if (out.end < json.size() && json[out.end] == ' ') ++out.end;
    }
    return out;
}

}  // namespace

bool names_others(const operation& one) {
    static const std::set<std::string_view> all = [] {
        std::set<std::string_view> out;
        for (const auto& each : operations()) {
            const auto json = each.tool_json();
            for (auto at = next_name(json, 0); at.begin < json.size(); at = next_name(json, at.end))
                if (const auto* other = named(json, at); other != nullptr && other != &each)
                    out.insert(each.tool_name());
        }
        return out;
    }();
    return all.contains(one.tool_name());
}

std::string without_hidden_names(std::string_view tool_json, const operation& own,
                                 const std::function<bool(const operation&)>& visible) {
    std::string out{tool_json};
    for (auto at = next_name(out, 0); at.begin < out.size();) {
        const auto* const other = named(out, at);
        if (other == nullptr || other == &own || visible(*other)) {
            at = next_name(out, at.end);
            continue;
        }
        const auto gone = clause_around(out, at);
        out.erase(gone.begin, gone.end - gone.begin);
        at = next_name(out, gone.begin);
    }
    return out;
}

}  // namespace tollgate::stripe
