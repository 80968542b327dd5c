// The reads of the record store, each on an open connection. Throws sqlite_error on faults.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "storage/record_store.hpp"
#include "storage/sqlite/database.hpp"

namespace tollgate::storage::sqlite {

std::optional<std::string> find_setting(database& db, const std::string& name);
bool any_team(database& db);
bool any_live_account(database& db);
std::optional<team_row> find_team(database& db, const std::string& id);
std::vector<team_row> list_teams(database& db, const page& where);
std::optional<api_key_row> find_api_key(database& db, const std::string& team_id,
                                        const std::string& id);
std::vector<api_key_row> list_api_keys(database& db, const std::string& team_id, const page& where);
std::optional<api_key_row> find_api_key_by_token(database& db,
                                                 const std::vector<token_hash>& candidates);
std::optional<account_row> find_account(database& db, const std::string& team_id,
                                        const std::string& id);
std::vector<account_row> list_accounts(database& db, const std::string& team_id, const page& where);
std::optional<server_row> find_server(database& db, const std::string& team_id,
                                      const std::string& account_id, const std::string& id);
std::vector<server_row> list_servers(database& db, const std::string& team_id,
                                     const std::string& account_id, const page& where);
std::vector<std::string> server_ids(database& db, const std::string& team_id,
                                    const std::string& account_id);
std::optional<grant_row> find_grant(database& db, const std::vector<token_hash>& candidates);
std::optional<replay_row> find_replay(database& db, const std::string& team_id,
                                      const std::string& route, const std::string& key);

}  // namespace tollgate::storage::sqlite
