// Believable rows for the storage tests.
#pragma once
#include <string>

#include "storage/changes.hpp"

namespace tollgate::test {

inline storage::timestamp at(std::int64_t ms) {
    return base::from_unix_ms(1'800'000'000'000 + ms);
}

inline std::string digest_of(char letter) {
    return std::string(32, letter);
}

inline storage::team_row team(const std::string& id) {
    return {id, "Team " + id, at(0)};
}

inline storage::api_key_row api_key(const std::string& team_id, const std::string& id,
                                    char letter) {
    storage::api_key_row row;
    row.id = id;
    row.team_id = team_id;
    row.name = "key";
    row.role = "admin";
    row.token = {"p1", digest_of(letter)};
    row.key_prefix = "tgk_abcd";
    row.created_at = at(letter);
    return row;
}

inline storage::account_row account(const std::string& team_id, const std::string& id) {
    storage::account_row row;
    row.id = id;
    row.team_id = team_id;
    row.name = "Acme";
    row.mode = storage::account_mode::test;
    row.kind = "restricted";
    row.last4 = "abcd";
    row.credential = {"k1", std::string("\0wrapped", 8), std::string("\0cipher\xff", 8)};
    row.tags = "[]";
    row.created_at = at(1);
    row.updated_at = at(1);
    return row;
}

inline storage::server_row server(const std::string& team_id, const std::string& account_id,
                                  const std::string& id, std::int64_t created_ms = 2) {
    storage::server_row row;
    row.id = id;
    row.team_id = team_id;
    row.account_id = account_id;
    row.name = "Server " + id;
    row.config = "{}";
    row.token_prefix = "tgm_abcd";
    row.created_by = "key_1";
    row.created_at = at(created_ms);
    row.updated_at = at(created_ms);
    return row;
}

inline storage::server_token_row token(const std::string& team_id, const std::string& server_id,
                                       char letter) {
    return {{"p1", digest_of(letter)}, team_id, server_id, at(3), {}};
}

}  // namespace tollgate::test
