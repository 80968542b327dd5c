// The reads of the record store, each on an open connection. Throws sql_error on faults.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "storage/record_store.hpp"
#include "storage/sql/session.hpp"

namespace tollgate::storage::sql {

// A find_… returns nullopt if there is no such row; a list_… returns an empty list.
std::optional<std::string> find_setting(session& db, const std::string& name);
bool any_team(session& db);
bool any_live_account(session& db);
std::optional<team_row> find_team(session& db, const std::string& id);
std::vector<team_row> list_teams(session& db, const page& where);
std::optional<api_key_row> find_api_key(session& db, const std::string& team_id,
                                        const std::string& id);
std::vector<api_key_row> list_api_keys(session& db, const std::string& team_id, const page& where);
std::optional<api_key_row> find_api_key_by_token(session& db,
                                                 const std::vector<token_hash>& candidates);
std::optional<account_row> find_account(session& db, const std::string& team_id,
                                        const std::string& id);
std::vector<account_row> list_accounts(session& db, const std::string& team_id,
                                       const std::string& text, const page& where);
std::optional<server_row> find_server(session& db, const std::string& team_id,
                                      const std::string& account_id, const std::string& id);
std::vector<server_row> list_servers(session& db, const std::string& team_id,
                                     const std::string& account_id, const page& where);
std::optional<described_server_row> describe_server(session& db, const std::string& id);
std::vector<std::string> server_ids(session& db, const std::string& team_id,
                                    const std::string& account_id);
std::optional<grant_row> find_grant(session& db, const std::vector<token_hash>& candidates);
std::optional<server_token_row> find_token(session& db, const std::vector<token_hash>& candidates);
std::vector<server_row> search_servers(session& db, const std::string& team_id,
                                       const server_search& search, const page& where);
std::vector<key_name> find_key_names(session& db, const std::string& team_id,
                                     const std::vector<std::string>& ids);
store_counts count_rows(session& db);
std::optional<replay_row> find_replay(session& db, const std::string& team_id,
                                      const std::string& route, const std::string& key);

}  // namespace tollgate::storage::sql
