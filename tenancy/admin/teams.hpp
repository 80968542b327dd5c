// Teams: the tenants. Only an instance owner may create them.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "tenancy/changes/change_feed.hpp"
#include "tenancy/environment.hpp"
#include "tenancy/grants/api_keys.hpp"
#include "tenancy/grants/grants.hpp"

namespace tollgate::tenancy {

struct team {
    std::string id;
    std::string name;
    base::timestamp created_at;
    std::optional<base::timestamp> frozen_at{};     // since then no account of it may write
    std::optional<base::timestamp> suspended_at{};  // since then its MCP servers take no calls
    storage::team_settings settings{};
};

// The minimum and maximum number of days for which receipts and audit records are kept.
constexpr std::int64_t retention_days_min = 30;
constexpr std::int64_t retention_days_max = 3650;

// The settings to change; absent ones are not changed.
struct team_patch {
    std::optional<std::int64_t> receipt_retention_days{};
    std::optional<std::optional<std::int64_t>> audit_retention_days{};  // inner nullopt: forever
    std::optional<bool> audit_legal_hold{};
    std::optional<std::string> audit_arguments{};  // "digest", "redacted"
    std::optional<bool> receipt_metadata{};
    std::optional<bool> allow_live_writes{};
    std::optional<std::string> policy_changes{};  // "alone", "second_person"

    bool operator==(const team_patch&) const = default;
};

struct new_team {
    team made;
    new_api_key first_key;  // role admin
};

// Thread-safe. Every call resumes on the caller's executor; references live until the awaitable
// completes.
class teams {
public:
    teams(const environment& env, const api_keys& keys, grants& live_grants, change_feed& changes)
        : env_(env), keys_(keys), grants_(live_grants), changes_(changes) {}

    // Creates a team and its first admin key. Failures: forbidden "owner_only", "invalid_name".
    base::awaitable<base::result<new_team>> create(const api_key& by, std::string name,
                                                   answer_writer<new_team> answer);

    // All teams for an instance owner; only the caller's own team for other keys.
    base::awaitable<base::result<std::vector<team>>> list(const api_key& by, storage::page where);

    // Any team by its id; the caller checks access. Fails with not_found.
    base::awaitable<base::result<team>> get(std::string id);

    // Turns writes of all accounts of a team off or on; in force for the next call once it returns.
    // Logged with the caller's key. Failure: not_found.
    base::awaitable<base::result<team>> set_writes(const api_key& by, std::string team_id,
                                                   writes to);

    // Changes the team's settings; in force once it returns. Logged with the caller's key.
    // Failures: not_found, invalid_argument "invalid_retention", "invalid_audit_arguments",
    // "invalid_policy_changes"; conflict "second_person_needed" if it ends the setting
    // policy_changes "second_person" (policy_changes::ask_to_change_alone()).
    base::awaitable<base::result<team>> patch(const api_key& by, std::string team_id,
                                              team_patch patch);

    // Creates an admin key for a team that has lost its own. Failures: not_found, "invalid_name",
    // "limit_reached".
    base::awaitable<base::result<new_api_key>> add_admin_key(const api_key& by, std::string team_id,
                                                             std::string name,
                                                             answer_writer<new_api_key> answer);

    // Creates the first team and its owner key if there is no team yet; otherwise returns nothing.
    base::awaitable<base::result<std::optional<new_team>>> bootstrap();

private:
    base::awaitable<base::result<new_team>> store(std::string name, std::string key_name,
                                                  bool instance_owner, std::string created_by,
                                                  answer_writer<new_team> answer);

    const environment& env_;
    const api_keys& keys_;
    grants& grants_;
    change_feed& changes_;
};

}  // namespace tollgate::tenancy
