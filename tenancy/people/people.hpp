// The people of a team: who may sign in, and in which role.
#pragma once
#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "base/async.hpp"
#include "base/result.hpp"
#include "base/secret.hpp"
#include "storage/people_rows.hpp"
#include "tenancy/audit/audit_event.hpp"
#include "tenancy/environment.hpp"
#include "tenancy/grants/api_keys.hpp"
#include "tenancy/people/password_worker.hpp"
#include "tenancy/people/person_rules.hpp"

namespace tollgate::tenancy {

constexpr std::string_view invitation_prefix = "tgi_";

struct people_rules {
    base::password_cost cost{};
    std::chrono::milliseconds idle{
        std::chrono::minutes{30}};  // a session unused for this long ends
    std::chrono::milliseconds lifetime{std::chrono::hours{12}};  // of any session
    std::chrono::milliseconds invitation_lifetime{std::chrono::hours{72}};
    std::int64_t people_per_team = 1000;
    std::int64_t sessions_per_person = 20;  // the least recently used ones end
};

// A person without secrets.
struct person {
    std::string id;
    std::string team_id;
    std::string name;
    std::string email;
    person_role role = person_role::viewer;
    std::vector<std::string> groups;
    bool has_password = false;  // false: has not accepted an invitation yet
    std::optional<base::timestamp> invitation_expires_at{};  // while an invitation is open
    bool totp = false;  // sign-in also requires a one-time code
    std::string created_by;
    base::timestamp created_at;
    std::optional<base::timestamp> signed_in_at{};
};

// The person of a stored row, without secrets.
person person_of(const storage::person_row& row);

struct invited_person {
    person who;
    base::secret token;  // tgi_…: shown once
    base::timestamp expires_at;
};

struct person_input {
    std::string name;
    std::string email;
    std::string role;
    std::vector<std::string> groups{};
};

// Absent members are not changed.
struct person_patch {
    std::optional<std::string> name{};
    std::optional<std::string> role{};
    std::optional<std::vector<std::string>> groups{};
};

// Thread-safe. Every call resumes on the caller's executor; references live until the awaitable
// completes.
class people {
public:
    // The references live as long as this object.
    people(const environment& env, change_feed& changes, password_worker& passwords,
           const people_rules& rules)
        : env_(env), changes_(changes), passwords_(passwords), rules_(rules) {}

    // As api_keys::end_tokens_with().
    void end_tokens_with(api_keys::ended_handler ended) { ended_ = std::move(ended); }

    // Adds a person to the caller's team, with an invitation. Failures: "invalid_name",
    // "invalid_email", "unknown_role", "invalid_groups", conflict "email_taken", "limit_reached".
    base::awaitable<base::result<invited_person>> invite(const api_key& by, person_input input,
                                                         answer_writer<invited_person> answer);

    // Makes a new invitation, which replaces the open one, for a lost link or password. The old
    // password remains valid until the invitation is accepted. Fails with not_found.
    base::awaitable<base::result<invited_person>> invite_again(
        std::string team_id, std::string id, answer_writer<invited_person> answer);

    // Sets the password of the person with that invitation, uses the invitation up, and ends all
    // sessions. `request` is the audit log's entry for it, stored with the change. Failures:
    // not_found "invalid_invitation" (the same for unknown, used and expired ones),
    // "weak_password", errc::unavailable "sign_in_busy".
    base::awaitable<base::result<person>> accept(base::secret token, base::secret password,
                                                 audit_event request);

    // Fails with not_found.
    base::awaitable<base::result<person>> get(std::string team_id, std::string id);
    // Newest first.
    base::awaitable<base::result<std::vector<person>>> list(std::string team_id,
                                                            storage::page where);
    // In force for the person's next request. If the person may no longer allow OAuth clients (is
    // neither operator nor admin), the authorizations that they gave end. `with` is committed
    // together with the change. Failures: as invite(), not_found.
    base::awaitable<base::result<person>> patch(std::string team_id, std::string id,
                                                person_patch change,
                                                std::vector<storage::change> with = {});
    // Removes a person. From the next request on, no instance accepts one of their sessions or a
    // token of an OAuth authorization that they gave. Fails with not_found.
    base::awaitable<base::result<>> remove(std::string team_id, std::string id);
    // Ends all sessions of a person. Fails with not_found.
    base::awaitable<base::result<>> sign_out(std::string team_id, std::string id);

    // The change that removes ended sessions and expired invitations.
    storage::change purge(base::timestamp now) const;

private:
    using ended_tokens = std::vector<storage::ended_token>;

    base::awaitable<base::result<>> commit_ending(std::vector<storage::change> changes,
                                                  std::string id,
                                                  std::shared_ptr<ended_tokens> ended);

    const environment& env_;
    change_feed& changes_;
    password_worker& passwords_;
    const people_rules& rules_;
    api_keys::ended_handler ended_ = [](const ended_tokens&) {};
};

}  // namespace tollgate::tenancy
