// The admin API's answers as JSON. Secrets appear only in the functions named encode_new.
#pragma once
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "tenancy/admin/accounts.hpp"
#include "tenancy/admin/servers.hpp"
#include "tenancy/admin/teams.hpp"
#include "tenancy/admin/token_finder.hpp"
#include "tenancy/grants/api_keys.hpp"
#include "tenancy/oauth/authorizations.hpp"

namespace tollgate::admin {

// What an MCP server shows, and which of its guardrails are about none of it.
struct server_list {
    tenancy::list_summary shown;
    std::vector<std::string> idle_rules;  // their ids
};

std::string encode(const tenancy::team& team);
std::string encode(const tenancy::api_key& key);
std::string encode(const tenancy::integrated_account& account);
// `list` is what the server's tools/list shows; it becomes `tools`. `oauth_url` begins with
// `base_url`.
std::string encode(const tenancy::mcp_server& server, const server_list& list,
                   std::string_view base_url);
std::string encode(const tenancy::oauth::authorization& given);

// What a key of that mode may do, compared with what its account's servers need.
std::string encode(const tenancy::key_review& review, tenancy::account_mode mode);

// {id,name,created_at,api_key:{…,key}}: holds the team's first key.
std::string encode_new(const tenancy::new_team& team);
// The key with `key`, its secret.
std::string encode_new(const tenancy::new_api_key& key);
// An MCP server with `url`, which contains the token; `url` is null if only OAuth is allowed.
std::string encode_new(const tenancy::new_mcp_server& server, const server_list& list,
                       std::string_view base_url);

// An encoded object with the number of MCP servers affected by the call: {…,mcp_servers}.
std::string encode_counted(std::string object, std::int64_t servers);

// {would_end,result:[…],next_cursor}: what a mass revoke would end; `items` are already encoded.
std::string encode_would_end(std::int64_t count, const std::vector<std::string>& items,
                             std::string_view next_cursor);

// {id,deleted,revoked}: a removed account, and how many MCP servers were revoked with it.
std::string encode_deleted(std::string_view id, std::int64_t servers);

// The explanation of a call that would be refused before anything else is checked, for example
// because its server is revoked.
std::string encode_refused(const std::string& explained, std::string_view code,
                           std::string_view message);

// {revoked}: the number of revoked servers.
std::string encode_revoked(std::int64_t count);
std::string encode_suspended(std::int64_t count);

// {kind,id,name,mcp_server_id,integrated_account_id,expires_at}: what a secret gives or gave access
// to.
std::string encode(const tenancy::known_token& known);

// {result:[…],next_cursor,token}: a list of MCP servers, and what the requested token gives access
// to.
std::string encode_found(const std::vector<std::string>& items, std::string_view next_cursor,
                         const std::optional<tenancy::known_token>& token);

// {result:[…],next_cursor}: `items` are already encoded; an empty cursor is null.
std::string encode_list(const std::vector<std::string>& items, std::string_view next_cursor);

// {result:[{name,method,tags,tokens}],tool_count,tokens,list}: `list` is what tools/list shows.
std::string encode_tools(std::span<const tenancy::directory_entry> shown,
                         const tenancy::list_summary& list, const tenancy::listing_rules& rules);
// The same, with the config of which it is the list, and with the warnings that a server with it
// would have. `never_expires`: its expiry is known, and there is none.
std::string encode_checked(std::span<const tenancy::directory_entry> shown, const server_list& list,
                           const tenancy::server_config& config, bool never_expires);

}  // namespace tollgate::admin
