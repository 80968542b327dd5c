#include "server/config/orders_file.hpp"

#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <initializer_list>
#include <sstream>
#include <string_view>
#include <utility>

namespace tollgate::server {

namespace {

using base::result;
using storage::external_database;

constexpr std::uintmax_t orders_file_bytes_max = 1024 * 1024;

base::failure bad(const std::string& sentence) {
    return base::invalid("bad_orders_file", sentence);
}

std::string place_of(const std::string& file, const YAML::Node& node) {
    const int line = node.Mark().line;
    return line < 0 ? file : file + ":" + std::to_string(line + 1);
}

// Refuses members that are not in `known`, repeated ones, and missing ones.
result<> check_members(const std::string& file, const YAML::Node& map, const std::string& what,
                       std::initializer_list<std::string_view> known) {
    if (!map.IsMap()) return bad(place_of(file, map) + ": " + what + " must be a map");
    std::vector<std::string> seen;
    for (const auto& member : map) {
        const std::string at = place_of(file, member.first) + ": ";
        if (!member.first.IsScalar()) return bad(at + "a key must be a word");
        const std::string name = member.first.Scalar();
        if (std::ranges::find(seen, name) != seen.end()) return bad(at + name + " is there twice");
        if (known.size() > 0 && std::ranges::find(known, name) == known.end())
            return bad(at + what + " has no member '" + name + "'");
        seen.push_back(name);
    }
    for (const std::string_view name : known)
        if (std::ranges::find(seen, name) == seen.end())
            return bad(place_of(file, map) + ": " + what + " has no '" + std::string{name} + "'");
    return {};
}

result<std::string> text_of(const std::string& file, const YAML::Node& node,
                            const std::string& what) {
    if (node.IsScalar() && !node.Scalar().empty()) return node.Scalar();
    return bad(place_of(file, node) + ": " + what + " must be a text");
}

bool is_known_url(const std::string& url) {
    return url.starts_with("sqlite:///") || url.starts_with("postgresql://") ||
           url.starts_with("postgres://");
}

result<external_database> read_account(const std::string& file, const YAML::Node& node) {
    const auto whole =
        check_members(file, node, "an account", {"team", "account", "url", "queries"});
    if (!whole) return whole.error();
    external_database out;
    out.place = place_of(file, node);
    for (const auto& [name, into] :
         {std::pair{"team", &out.of.team_id}, std::pair{"account", &out.of.account_id},
          std::pair{"url", &out.url}}) {
        auto text = text_of(file, node[name], name);
        if (!text) return text.error();
        *into = std::move(*text);
    }
    if (!is_known_url(out.url))
        return bad(place_of(file, node["url"]) +
                   ": url must begin with sqlite:/// or postgresql://");
    const YAML::Node queries = node["queries"];
    const auto named = check_members(file, queries, "queries", {});
    if (!named) return named.error();
    for (const auto& one : queries) {
        auto sql = text_of(file, one.second, one.first.Scalar());
        if (!sql) return sql.error();
        out.queries.push_back({one.first.Scalar(), std::move(*sql), place_of(file, one.first)});
    }
    return out;
}

result<std::string> read_text(const std::string& file) {
    std::error_code unknown;
    const auto size = std::filesystem::file_size(file, unknown);
    if (unknown) return bad("orders.file: cannot read " + file);
    if (size > orders_file_bytes_max) return bad(file + ": the file is larger than 1 MiB");
    std::ifstream in{file, std::ios::binary};
    std::ostringstream text;
    text << in.rdbuf();
    if (!in) return bad("orders.file: cannot read " + file);
    return std::move(text).str();
}

}  // namespace

result<std::vector<external_database>> read_orders_file(const std::string& file) {
    const auto text = read_text(file);
    if (!text) return text.error();
    std::vector<external_database> out;
    try {
        const YAML::Node root = YAML::Load(*text);
        const auto whole = check_members(file, root, "the file", {"accounts"});
        if (!whole) return whole.error();
        const YAML::Node accounts = root["accounts"];
        if (!accounts.IsSequence())
            return bad(place_of(file, accounts) + ": accounts must be a list");
        for (const auto& one : accounts) {
            auto read = read_account(file, one);
            if (!read) return read.error();
            const bool twice = std::ranges::any_of(out, [&](const external_database& other) {
                return other.of.account_id == read->of.account_id;
            });
            if (twice)
                return bad(read->place + ": the account " + read->of.account_id +
                           " is there twice");
            out.push_back(std::move(*read));
        }
    } catch (const YAML::Exception& fault) {
        return bad(file + ":" + std::to_string(fault.mark.line + 1) + ": " + fault.msg);
    }
    return out;
}

}  // namespace tollgate::server
