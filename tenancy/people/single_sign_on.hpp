// Sign-in with the company's identity provider: who may sign in, in which role, and the resulting
// session.
#pragma once
#include <atomic>
#include <chrono>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "tenancy/people/identity_provider.hpp"
#include "tenancy/people/people.hpp"
#include "tenancy/people/sessions.hpp"

namespace tollgate::tenancy {

struct sign_on_rules {
    std::string team_id;  // the team of everyone who signs in
    std::string roles_claim = "groups";
    // The role for each value of that claim.
    std::vector<std::pair<std::string, person_role>> roles{};
    std::chrono::milliseconds timeout = std::chrono::minutes{10};  // for one sign-in
    int exchanges_max = 8;  // simultaneous exchanges of this instance with the provider
    std::size_t attempts_kept = 100'000;  // used attempts that are remembered
};

// Reads "value=role" items. Failure: invalid_argument "bad_role" with a sentence.
base::result<std::vector<std::pair<std::string, person_role>>> read_role_map(
    const std::vector<std::string>& items);

// Returns the highest role that the claims give, or nullopt if they give none.
std::optional<person_role> role_of_claims(const id_claims& claims, const sign_on_rules& rules);

// What begin() gives to the browser.
struct begun_sign_on {
    std::string address;  // of the provider
    std::string sealed;   // for a cookie: the attempt, so that only this browser can finish it
};

// What the browser brings back.
struct returned_sign_on {
    std::string sealed;
    std::string state;
    std::string code;
    std::string error;   // why the provider sent no code
    std::string issuer;  // RFC 9207; empty: the provider does not send it
    std::string redirect_uri;
    std::string from;  // whose attempts are counted: an address or a network
};

// Thread-safe. Every call resumes on the caller's executor.
class single_sign_on {
public:
    // The references live as long as this object.
    single_sign_on(const environment& env, audit_trail& audit, people& people, credentials& proofs,
                   sessions& sessions, const people_rules& rules)
        : env_(env),
          audit_(audit),
          people_(people),
          proofs_(proofs),
          sessions_(sessions),
          people_rules_(rules) {}

    // Turns single sign-on on. Call before the loops run; `provider` outlives this object.
    void use(identity_provider& provider, sign_on_rules rules);
    bool on() const { return provider_ != nullptr; }

    // Fails with not_found "no_single_sign_on" if it is off, and as the provider does.
    base::awaitable<base::result<begun_sign_on>> begin(std::string redirect_uri);

    // As the provider's sign_out_address(). Fails with not_found "no_single_sign_on" if it is off.
    base::awaitable<base::result<std::string>> sign_out_address(std::string return_to);

    // Signs in the person named by the provider. A person is identified by issuer and subject
    // alone. A new person is added with the provider's verified e-mail address; an address that
    // someone in the team already has is refused. Every sign-in sets the role from the claims.
    // `request` is the audit log's entry for it; refusals are recorded. An attempt can be used
    // once, and failed attempts are limited like those with a password. Failures:
    //   errc::unauthorized "sign_on_expired": the attempt has expired, or belongs to another
    //     browser;
    //   errc::unauthorized "sign_on_cancelled": the person did not agree at the provider;
    //   errc::limit_exceeded "too_many_sign_ins"; errc::unavailable "sign_in_busy";
    //   errc::unauthorized "sign_on_refused": the code or the ID token is not valid;
    //   errc::forbidden "no_role", and for a new person "email_not_verified" or
    //     "person_removed": an admin has removed this person;
    //   conflict "email_taken"; errc::limit_exceeded "limit_reached"; as the provider.
    base::awaitable<base::result<new_session>> finish(returned_sign_on back, audit_event request);

private:
    base::result<sign_on_attempt> open(const returned_sign_on& back) const;
    // Fails if the attempt may not be made now, or was made already.
    base::awaitable<base::result<>> take(const std::string& from, const std::string& state);
    base::result<> use_up(const std::string& state);
    base::awaitable<base::result<id_claims>> claims_of(std::string code, sign_on_attempt attempt);
    base::awaitable<base::result<new_session>> sign_in(const id_claims& claims,
                                                       const audit_event& request);
    base::awaitable<base::result<storage::person_row>> add(const id_claims& claims,
                                                           person_role role, audit_event request);
    base::awaitable<base::result<storage::person_row>> change_role(storage::person_row known,
                                                                   person_role role,
                                                                   audit_event request);
    void note_refusal(audit_event request, const base::failure& why);

    const environment& env_;
    audit_trail& audit_;
    people& people_;
    credentials& proofs_;
    sessions& sessions_;
    const people_rules& people_rules_;
    identity_provider* provider_ = nullptr;
    sign_on_rules rules_;
    std::atomic<int> exchanges_{0};
    std::mutex mutex_;
    std::map<std::string, base::timestamp, std::less<>> used_;  // states, until they expire
};

}  // namespace tollgate::tenancy
