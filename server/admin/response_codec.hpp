// What the admin API answers, as JSON. Secrets are in the two functions that say so, and nowhere
// else.
#pragma once
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "tenancy/accounts.hpp"
#include "tenancy/api_keys.hpp"
#include "tenancy/oauth/authorizations.hpp"
#include "tenancy/servers.hpp"
#include "tenancy/teams.hpp"
#include "tenancy/token_finder.hpp"

namespace tollgate::admin {

std::string encode(const tenancy::team& team);
std::string encode(const tenancy::api_key& key);
std::string encode(const tenancy::integrated_account& account);
// `list` is what the server's tools/list shows; it becomes `tools`. `oauth_url` begins with
// `base_url`.
std::string encode(const tenancy::mcp_server& server, const tenancy::list_summary& list,
                   std::string_view base_url);
std::string encode(const tenancy::oauth::authorization& given);

// What a key of that mode may do, against what is needed.
std::string encode(const tenancy::key_review& review, tenancy::account_mode mode);

// {id,name,created_at,api_key:{…,key}}: holds the team's first key.
std::string encode_new(const tenancy::new_team& team);
// The key with `key`, its secret.
std::string encode_new(const tenancy::new_api_key& key);
// {id,name,config,tools,expires_at,created_by,created_at,token_prefix,url,oauth_url}: holds the
// token, unless OAuth is the only way in; then url is null.
std::string encode_new(const tenancy::new_mcp_server& server, const tenancy::list_summary& list,
                       std::string_view base_url);
// The same and old_token_expires_at.
std::string encode_rotated(const tenancy::new_mcp_server& server, const tenancy::list_summary& list,
                           std::string_view base_url);

// {revoked}: how many.
std::string encode_revoked(std::int64_t count);

// {kind,id,name,mcp_server_id,integrated_account_id,expires_at}: what a secret opens, or opened.
std::string encode(const tenancy::known_token& known);

// {result:[…],next_cursor,token}: an MCP server list, and what the token that was asked for is.
std::string encode_found(const std::vector<std::string>& items, std::string_view next_cursor,
                         const std::optional<tenancy::known_token>& token);

// {result:[…],next_cursor}: `items` are encoded already; an empty cursor is null.
std::string encode_list(const std::vector<std::string>& items, std::string_view next_cursor);

// {result:[{name,method,tags,tokens}],tool_count,tokens,list}: `list` is what tools/list shows.
std::string encode_tools(std::span<const tenancy::directory_entry> shown,
                         const tenancy::list_summary& list, const tenancy::listing_rules& rules);

}  // namespace tollgate::admin
