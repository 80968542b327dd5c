// Teams: the tenants. Only an instance owner makes them.
#pragma once
#include <string>
#include <vector>

#include "tenancy/api_keys.hpp"
#include "tenancy/environment.hpp"

namespace tollgate::tenancy {

struct team {
    std::string id;
    std::string name;
    base::timestamp created_at;
};

struct new_team {
    team made;
    new_api_key first_key;  // role admin
};

// Thread-safe. Every call resumes on the caller's executor; references live until the awaitable
// completes.
class teams {
public:
    teams(const environment& env, const api_keys& keys) : env_(env), keys_(keys) {}

    // Makes a team and its first admin key. Failures: forbidden "owner_only", "invalid_name".
    base::awaitable<base::result<new_team>> create(const api_key& by, std::string name,
                                                   answer_writer<new_team> answer);

    // All teams for an instance owner, the caller's own for everybody else.
    base::awaitable<base::result<std::vector<team>>> list(const api_key& by, storage::page where);

    // The first team and its owner key when there is no team yet; nothing otherwise.
    base::awaitable<base::result<std::optional<new_team>>> bootstrap();

private:
    base::awaitable<base::result<new_team>> store(std::string name, std::string key_name,
                                                  bool instance_owner, std::string created_by,
                                                  answer_writer<new_team> answer);

    const environment& env_;
    const api_keys& keys_;
};

}  // namespace tollgate::tenancy
