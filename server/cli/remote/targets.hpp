// From what somebody knows of an MCP server (its URL, the first characters of its token, a person's
// name) to what is meant.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "server/cli/gateway/admin_client.hpp"

namespace tollgate::server {

// An MCP server as the admin API shows it; absent members are empty.
struct found_server {
    std::string id;
    std::string account_id;
    std::string name;
    std::string holder;
    std::string token_prefix;
    std::string status;
    std::string last_used_at;
    std::string maker;       // the id of the person or API key that made it
    std::string maker_name;  // or empty
    std::string failed{};    // why it was not acted on

    std::string path() const;  // of the admin API
};

enum class target_kind : std::uint8_t {
    servers,  // any number of MCP servers
    secret,   // a whole secret, of whatever kind
    account,  // an integrated account
    team,     // the team of the key
};

struct target {
    target_kind kind = target_kind::servers;
    std::vector<found_server> servers{};  // of an account or the team: those that are not revoked
    std::string id{};                     // of the account, or of what the secret opens
    std::string name{};                   // the same
    std::string secret{};                 // the secret, as it was given
    std::string secret_kind{};            // "mcp_url", "api_key", …
    // How many MCP servers of an account or the team are not revoked, beyond those listed too.
    std::int64_t not_revoked = 0;

    std::string path() const;  // of the admin API, of an account or the team
};

// How a word is to be taken.
enum class named_by : std::uint8_t { guess, token, prefix, holder, maker, name, account };

// "token", "prefix", "holder", "maker", "name" or "account"; anything else is guess.
named_by named_by_of(std::string_view text);

// What `word` names. A guess takes a URL, a secret, mcp_…, ia_… and tgm_… for what they look like,
// a whole id per_… or key_… for who made MCP servers, and anything else for a part of a holder, or
// else for the name of an MCP server, or else for that of an account. Fails as
// admin_client::call(), with invalid_argument "no_target" for an empty word, with errc::not_found
// "nothing_found", and with invalid_argument "too_many" beyond a thousand MCP servers.
base::result<target> find_target(const admin_client& gateway, const std::string& word,
                                 named_by how);
// The MCP server that a URL, a token, mcp_… or its name names. Fails as find_target(), and for the
// id of a person or an API key with invalid_argument "not_a_server".
base::result<found_server> find_one_server(const admin_client& gateway, const std::string& word);
// The account with that id or name. Fails as find_target(), and for an empty word with
// invalid_argument "no_target".
base::result<target> find_account(const admin_client& gateway, const std::string& word);
// The same, but the only account if `word` is empty: for what ends and changes nothing that is
// there.
base::result<target> find_account_or_only(const admin_client& gateway, const std::string& word);
// The id of the account with that id or name; an id is not looked up. Fails as find_account().
base::result<std::string> account_id_named(const admin_client& gateway, const std::string& word);
// All MCP servers of the team of the key.
base::result<target> find_team(const admin_client& gateway);

// The MCP servers in `body`'s "result". Fails as each_row().
base::result<std::vector<found_server>> read_servers(std::string_view body);

}  // namespace tollgate::server
