#include "server/cli/checks/finding.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <utility>

#include "base/json_text.hpp"

namespace tollgate::server::checks {

namespace {

constexpr std::size_t name_columns = 14;

std::int64_t count(const findings& all, level what) {
    return std::count_if(all.begin(), all.end(),
                         [what](const finding& one) { return one.found == what; });
}

std::string_view json_word(level value) {
    constexpr std::array<std::string_view, 4> words{"ok", "skipped", "warning", "failure"};
    return words[static_cast<std::size_t>(value)];
}

}  // namespace

finding ok(std::string name, std::string what) {
    return {std::move(name), level::ok, std::move(what)};
}

finding skipped(std::string name, std::string why) {
    return {std::move(name), level::skipped, std::move(why)};
}

finding warning(std::string name, std::string what, std::string fix) {
    return {std::move(name), level::warning, std::move(what), std::move(fix)};
}

finding failure(std::string name, std::string what, std::string fix) {
    return {std::move(name), level::failure, std::move(what), std::move(fix)};
}

std::string_view word_of(level value) {
    constexpr std::array<std::string_view, 4> words{"ok", "skip", "warn", "FAIL"};
    return words[static_cast<std::size_t>(value)];
}

std::string line_of(const finding& one) {
    std::string out{word_of(one.found)};
    out.resize(6, ' ');
    std::string name = one.name;
    name.resize(std::max(name.size(), name_columns), ' ');
    out += name + "  " + one.what + "\n";
    if (!one.fix.empty()) out += "      fix: " + one.fix + "\n";
    return out;
}

std::string json_of(const findings& all) {
    std::string list;
    for (const finding& one : all) {
        if (!list.empty()) list += ',';
        base::json_members members{list += '{'};
        members.text("name", one.name).text("level", json_word(one.found)).text("what", one.what);
        if (!one.fix.empty()) members.text("fix", one.fix);
        list += '}';
    }
    std::string out = "{";
    base::json_members{out}
        .raw("findings", '[' + list + ']')
        .number("ok", count(all, level::ok))
        .number("skipped", count(all, level::skipped))
        .number("warnings", count(all, level::warning))
        .number("failures", count(all, level::failure));
    return out += "}\n";
}

bool any_failure(const findings& all) {
    return count(all, level::failure) > 0;
}

}  // namespace tollgate::server::checks
