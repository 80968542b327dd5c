// The approvals of all teams, in the record store.
#pragma once
#include <functional>
#include <string>
#include <vector>

#include "tenancy/approvals/approval_desk.hpp"
#include "tenancy/approvals/approval_rules.hpp"
#include "tenancy/approvals/approval_watch.hpp"
#include "tenancy/audit/audit_trail.hpp"
#include "tenancy/environment.hpp"
#include "tenancy/grants/api_keys.hpp"

namespace tollgate::tenancy {

// An answer with the name of the person or the API key that gave it.
struct named_vote {
    storage::approval_vote vote;
    std::string key;   // per_… or key_…
    std::string name;  // empty if there is none
};

// An approval with everything that is known of it.
struct full_approval {
    storage::approval_row approval;
    std::vector<named_vote> votes;  // oldest first
    approval_content content;       // empty once it has ended
};

class approvals final : public approval_desk {
public:
    // The references live as long as this object.
    approvals(const environment& env, const audit_trail& audit) : env_(env), audit_(audit) {}

    // Tells `watch`, which outlives this object. Call before the loops run.
    void observe(approval_watch& watch) { watches_.push_back(&watch); }

    // `link_base` returns where this installation is reached, without a slash at its end, or an
    // empty text. Call before the loops run.
    void link_with(std::function<std::string()> link_base) { link_base_ = std::move(link_base); }

    base::awaitable<base::result<asked_approval>> ask(approval_question question) override;
    base::awaitable<base::result<approval_progress>> find_for(const grant& who,
                                                              std::string id) override;
    base::awaitable<base::result<>> withdraw(const grant& who, std::string id) override;

    // An approval of the team. Fails with not_found.
    base::awaitable<base::result<full_approval>> find(std::string team_id, std::string id);
    // Newest first, without their content.
    base::awaitable<base::result<std::vector<storage::approval_row>>> list(
        std::string team_id, storage::approval_search search, storage::page where);

    // Records the answer of `by` to an approval of its team, and returns the approval as it is
    // then: denied, approved, or pending if others must agree. A reason has at most 200 bytes; a
    // denial has one. Fails with invalid_argument "invalid_reason", not_found, errc::forbidden
    // "people_only" and "asked_yourself" (storage::vote_approval), and with conflict
    // "approval_ended", whose sentence says how it has ended.
    base::awaitable<base::result<storage::approval_row>> vote(const api_key& by, std::string id,
                                                              bool agreed, std::string reason);

    // Ends a pending or approved approval as expired or voided, with its audit record. Nothing
    // happens if it has ended. Fails with errc::unavailable.
    base::awaitable<base::result<>> end(const storage::approval_row& approval,
                                        storage::approval_state state, std::string code,
                                        std::string reason);

    // Logs an event and notifies the observer.
    void notify(const storage::approval_row& approval, approval_event what) const;

    // What was asked; call on an approval that has not ended. Fails with errc::corrupt as
    // vault::open() does.
    base::result<approval_content> open(const storage::approval_row& approval) const;

private:
    base::awaitable<base::result<storage::approval_row>> row_of(const approval_question& question);
    base::awaitable<base::result<asked_approval>> add(const storage::approval_row& row,
                                                      const audit_event& record);

    const environment& env_;
    const audit_trail& audit_;
    std::vector<approval_watch*> watches_;
    std::function<std::string()> link_base_;
};

}  // namespace tollgate::tenancy
