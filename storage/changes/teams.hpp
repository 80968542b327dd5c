// Changes of teams and API keys; see change.hpp.
#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "storage/changes/tokens.hpp"
#include "storage/rows.hpp"

namespace tollgate::storage {

struct add_team {
    team_row row;
};

// Sets frozen_at (an earlier time stays), or clears it. Fails with not_found.
struct freeze_team {
    std::string id;
    std::optional<timestamp> at;
};

// Changes the settings that are present; for `audit_retention_days`, an inner nullopt means that
// records are kept forever. Records no longer kept are removed from `at` on. Fails with not_found.
struct patch_team {
    std::string id;
    timestamp at;
    std::optional<std::int64_t> receipt_retention_days{};
    std::optional<std::optional<std::int64_t>> audit_retention_days{};
    std::optional<bool> audit_legal_hold{};
    std::optional<std::string> audit_arguments{};
    std::optional<bool> receipt_metadata{};
    std::optional<bool> allow_live_writes{};
    std::optional<std::string> policy_changes{};
};

// Fails with errc::limit_exceeded "limit_reached" if the team has `limit` keys.
struct add_api_key {
    api_key_row row;
    std::int64_t limit = 0;
};

// Moves last_used_at of API keys forward. A key that does not exist is not a failure.
struct note_key_uses {
    struct use {
        std::string key_id;
        timestamp at;
    };
    std::vector<use> uses;
};

// Removes a key; its name is kept, for the records of what it made. The authorizations that the key
// gave end with it; their tokens are put into `ended` (if the commit fails, they may or may not
// have ended) and logged if `origin` is not empty. Fails with not_found, and with conflict
// "last_admin_key" if the team (or, for an owner key, the instance) would be left without one.
struct remove_api_key {
    std::string team_id;
    std::string id;
    timestamp at{};
    std::shared_ptr<std::vector<ended_token>> ended{};
    std::string origin{};
};

}  // namespace tollgate::storage
