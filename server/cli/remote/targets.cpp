#include "server/cli/remote/targets.hpp"

#include <algorithm>
#include <array>

#include "base/ids.hpp"
#include "base/json_text.hpp"
#include "base/text.hpp"
#include "base/url.hpp"
#include "server/cli/text/answer_lines.hpp"

namespace tollgate::server {

namespace {

namespace dom = simdjson::dom;
using base::errc;
using base::fail;
using base::result;

constexpr std::string_view accounts = "/integrated-account";
constexpr std::size_t servers_max = 1000;
constexpr std::size_t whole_token = 42;  // tgm_ and 38 characters

base::failure nothing_found(const std::string& what) {
    return fail(errc::not_found, "nothing_found",
                what + ": tollgate mcp list and tollgate account list show what there is");
}

// What follows the last '/' of an address.
std::string_view last_part(std::string_view word) {
    return word.substr(word.find_last_of('/') + 1);
}

named_by kind_of(std::string_view word) {
    constexpr std::array<std::string_view, 7> secrets{"tgk_", "tgr_", "tgp_", "tgi_",
                                                      "eyJ",  "http", "mcp_"};
    if (word.starts_with("ia_")) return named_by::account;
    if (base::is_id(word, "per") || base::is_id(word, "key")) return named_by::maker;
    if (last_part(word).starts_with("tgm_"))
        return last_part(word).size() < whole_token ? named_by::prefix : named_by::token;
    const bool secret = std::any_of(secrets.begin(), secrets.end(),
                                    [word](const auto& start) { return word.starts_with(start); });
    return secret ? named_by::token : named_by::holder;
}

result<> add_servers(std::vector<found_server>& into, std::string_view body) {
    auto read = read_servers(body);
    if (!read) return read.error();
    std::move(read->begin(), read->end(), std::back_inserter(into));
    if (into.size() <= servers_max) return {};
    return base::invalid("too_many",
                         "more than a thousand MCP servers fit: be more exact, or name an account");
}

// All pages of a list of MCP servers.
result<std::vector<found_server>> all_servers(const admin_client& gateway,
                                              const std::string& path) {
    std::vector<found_server> out;
    std::string cursor;
    do {
        std::string page = path;
        base::append_query(page, "limit", "100");
        if (!cursor.empty()) base::append_query(page, "cursor", cursor);
        const auto body = gateway.call("GET", page);
        if (!body) return body.error();
        const auto added = add_servers(out, *body);
        if (!added) return added.error();
        cursor = member_of(*body, "next_cursor");
    } while (!cursor.empty());
    return out;
}

result<target> search(const admin_client& gateway, std::string_view by, const std::string& word) {
    std::string path = "/mcp";
    base::append_query(path, by, word);
    auto found = all_servers(gateway, path);
    if (!found) return found.error();
    if (found->empty())
        return nothing_found("no MCP server has the " + std::string{by} + " " +
                             without_controls(word));
    target out;
    out.servers = std::move(*found);
    return out;
}

// Those whose own name is `word`.
result<target> servers_called(const admin_client& gateway, const std::string& word) {
    auto found = search(gateway, "name", word);
    if (!found) return found;
    std::erase_if(found->servers, [name = base::to_lower(word)](const found_server& one) {
        return base::to_lower(one.name) != name;
    });
    if (found->servers.empty()) return nothing_found("no MCP server has that name");
    return found;
}

// Those made by the person or API key with that id, or with `word` in its name. The gateway's
// search also finds those to which such a person allowed an OAuth client.
result<target> servers_made_by(const admin_client& gateway, const std::string& word) {
    auto found = search(gateway, "created_by", word);
    if (!found && found.error().code != "nothing_found") return found;
    if (found)
        std::erase_if(found->servers,
                      [&word, part = base::to_lower(word)](const found_server& one) {
                          return one.maker != word &&
                                 base::to_lower(one.maker_name).find(part) == std::string::npos;
                      });
    if (!found || found->servers.empty())
        return nothing_found("no MCP server was made by " + without_controls(word));
    return found;
}

result<target> of_secret(const admin_client& gateway, const std::string& word) {
    std::string sent = "{";
    base::json_members{sent}.text("token", word);
    const auto body = gateway.call("POST", "/mcp/find", sent + '}');
    if (!body) return body.error();
    target out;
    const auto added = add_servers(out.servers, *body);
    if (!added) return added.error();
    const auto known = member_of(*body, "token");
    out.id = member_of(known, "id");
    out.name = member_of(known, "name");
    out.secret_kind = member_of(known, "kind");
    // An address for OAuth clients, or the id of an MCP server, is no secret.
    if (out.secret_kind == "oauth_url") return out;
    out.kind = target_kind::secret;
    out.secret = word;
    return out;
}

result<target> with_servers(const admin_client& gateway, target out) {
    const auto path = out.path() + "/revoke";
    const auto count = gateway.call("GET", path + "?limit=1");
    if (!count) return count.error();
    const auto number = member_of(*count, "would_end");
    out.not_revoked = std::strtoll(number.c_str(), nullptr, 10);
    if (out.not_revoked > static_cast<std::int64_t>(servers_max)) return out;
    auto servers = all_servers(gateway, path);
    if (!servers) return servers.error();
    out.servers = std::move(*servers);
    return out;
}

// Those whose name is `word`, or all if it is empty.
result<std::vector<target>> accounts_named(const admin_client& gateway, const std::string& word) {
    std::vector<target> out;
    std::string cursor;
    do {
        std::string page{accounts};
        base::append_query(page, "limit", "100");
        if (!cursor.empty()) base::append_query(page, "cursor", cursor);
        const auto body = gateway.call("GET", page);
        if (!body) return body.error();
        const auto read = each_row(*body, [&](const dom::element& row) -> result<> {
            dom::object one;
            if (row.get(one) != simdjson::SUCCESS) return unreadable_answer();
            const auto name = shown_member(one, "name");
            if (!word.empty() && base::to_lower(name) != base::to_lower(word)) return {};
            target found;
            found.kind = target_kind::account;
            found.id = shown_member(one, "id");
            found.name = name;
            out.push_back(std::move(found));
            return {};
        });
        if (!read) return read.error();
        cursor = member_of(*body, "next_cursor");
    } while (!cursor.empty());
    return out;
}

}  // namespace

std::string found_server::path() const {
    return path_below(path_below(accounts, account_id) + "/mcp", id);
}

std::string target::path() const {
    return kind == target_kind::team ? std::string{"/team"} : path_below(accounts, id);
}

named_by named_by_of(std::string_view text) {
    if (text == "token") return named_by::token;
    if (text == "prefix") return named_by::prefix;
    if (text == "holder") return named_by::holder;
    if (text == "maker") return named_by::maker;
    if (text == "name") return named_by::name;
    return text == "account" ? named_by::account : named_by::guess;
}

result<target> find_target(const admin_client& gateway, const std::string& word, named_by how) {
    if (word.empty())
        return base::invalid("no_target",
                             "say which: an MCP URL, mcp_…, a token, a name or an account");
    switch (how == named_by::guess ? kind_of(word) : how) {
        case named_by::token:
            return of_secret(gateway, word);
        case named_by::prefix:
            return search(gateway, "prefix", word);
        case named_by::name:
            return search(gateway, "name", word);
        case named_by::maker:
            return servers_made_by(gateway, word);
        case named_by::account:
            return find_account(gateway, word);
        case named_by::holder:
        case named_by::guess:
            break;
    }
    auto held = search(gateway, "holder", word);
    if (held || how == named_by::holder || held.error().code != "nothing_found") return held;
    auto called = servers_called(gateway, word);
    if (called || called.error().code != "nothing_found") return called;
    auto account = find_account(gateway, word);
    if (account || account.error().code != "nothing_found") return account;
    return nothing_found("no MCP server has the holder or the name, and no account the name, " +
                         without_controls(word));
}

result<found_server> find_one_server(const admin_client& gateway, const std::string& word) {
    if (kind_of(word) == named_by::maker)
        return base::invalid("not_a_server", without_controls(word) +
                                                 " is no MCP server but may have made some: give "
                                                 "the id of one, mcp_…");
    const auto found = find_target(gateway, word, named_by::guess);
    if (!found) return found.error();
    if (found->servers.size() == 1 && found->kind != target_kind::account) return found->servers[0];
    if (found->servers.size() > 1)
        return base::invalid("not_one", std::to_string(found->servers.size()) +
                                            " MCP servers fit: give the id of one, mcp_…");
    return nothing_found("this names no MCP server");
}

result<target> find_account(const admin_client& gateway, const std::string& word) {
    if (word.empty()) return base::invalid("no_target", "say which account: ia_… or its name");
    return find_account_or_only(gateway, word);
}

result<target> find_account_or_only(const admin_client& gateway, const std::string& word) {
    if (word.starts_with("ia_")) {
        const auto body = gateway.call("GET", path_below(accounts, word));
        if (!body) return body.error();
        target out;
        out.kind = target_kind::account;
        out.id = word;
        out.name = member_of(*body, "name");
        return with_servers(gateway, std::move(out));
    }
    auto named = accounts_named(gateway, word);
    if (!named) return named.error();
    if (named->size() == 1) return with_servers(gateway, std::move(named->front()));
    if (named->size() > 1)
        return base::invalid(
            "not_one", std::to_string(named->size()) + " accounts fit: give the id of one, ia_…");
    return nothing_found("there is no such integrated account");
}

result<std::string> account_id_named(const admin_client& gateway, const std::string& word) {
    if (word.starts_with("ia_")) return word;
    const auto account = find_account(gateway, word);
    if (!account) return account.error();
    return account->id;
}

result<target> find_team(const admin_client& gateway) {
    target out;
    out.kind = target_kind::team;
    out.name = "the team";
    return with_servers(gateway, std::move(out));
}

result<std::vector<found_server>> read_servers(std::string_view body) {
    std::vector<found_server> out;
    const auto read = each_row(body, [&out](const dom::element& row) -> result<> {
        dom::object one;
        if (row.get(one) != simdjson::SUCCESS) return unreadable_answer();
        out.push_back({shown_member(one, "id"),
                       shown_member(one, "integrated_account_id"),
                       shown_member(one, "name"),
                       shown_member(one, "holder"),
                       shown_member(one, "token_prefix"),
                       shown_member(one, "status"),
                       shown_member(one, "last_used_at"),
                       shown_member(one, "created_by"),
                       shown_member(one, "created_by_name"),
                       {}});
        if (out.back().id.empty() || out.back().account_id.empty()) return unreadable_answer();
        return {};
    });
    if (!read) return read.error();
    return out;
}

}  // namespace tollgate::server
