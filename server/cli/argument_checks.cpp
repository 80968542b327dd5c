#include "server/cli/argument_checks.hpp"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <charconv>
#include <string_view>

namespace tollgate::server {

namespace {

std::string complain_unless_whole(const std::string& text) {
    int value = 0;
    const char* const end = text.data() + text.size();
    const auto read = std::from_chars(text.data(), end, value);
    if (read.ec == std::errc{} && read.ptr == end && value > 0) return {};
    return "must be a whole number from 1, not " + text;
}

std::string joined_by(const std::vector<std::string>& words, std::string_view separator) {
    std::string out;
    for (const auto& word : words) {
        if (!out.empty()) out += separator;
        out += word;
    }
    return out;
}

}  // namespace

CLI::Validator whole_number() {
    return {complain_unless_whole, "NUMBER", "whole_number"};
}

CLI::Validator one_of(const std::vector<std::string>& words) {
    auto check = [words](const std::string& text) -> std::string {
        if (std::find(words.begin(), words.end(), text) != words.end()) return {};
        return "must be one of " + joined_by(words, ", ") + ", not " + text;
    };
    // Shells complete an argument from a description of this form.
    return {std::move(check), '{' + joined_by(words, ",") + '}', "one_of"};
}

}  // namespace tollgate::server
