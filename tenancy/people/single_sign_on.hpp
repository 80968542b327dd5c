// Sign-in with the company's identity provider: who may, as what, and the session that it makes.
#pragma once
#include <chrono>
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
    std::string team_id;  // where its people belong
    std::string roles_claim = "groups";
    std::vector<std::pair<std::string, person_role>> roles{};       // of values of that claim
    std::chrono::milliseconds patience = std::chrono::minutes{10};  // for one sign-in
};

// Reads "value=role" items. Failure: invalid_argument "bad_role" with a sentence.
base::result<std::vector<std::pair<std::string, person_role>>> read_role_map(
    const std::vector<std::string>& items);

// The highest role that the claims give; nothing if they give none.
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
    std::string issuer;  // RFC 9207; empty: the provider does not send it
    std::string redirect_uri;
};

// Thread-safe. Every call resumes on the caller's executor.
class single_sign_on {
public:
    // The references live as long as this object.
    single_sign_on(const environment& env, audit_trail& audit, people& people, sessions& sessions,
                   const people_rules& rules)
        : env_(env), audit_(audit), people_(people), sessions_(sessions), people_rules_(rules) {}

    // Turns it on: before the loops run. `provider` outlives this object.
    void use(identity_provider& provider, sign_on_rules rules);
    bool on() const { return provider_ != nullptr; }

    // Fails with not_found "no_single_sign_on" if it is off, and as the provider does.
    base::awaitable<base::result<begun_sign_on>> begin(std::string redirect_uri);

    // Signs the person in whom the provider names. A person is known by issuer and subject alone. A
    // new one is added, with the provider's verified e-mail address; an address that a person of
    // the team has already is refused. The role is what the claims give, at every sign-in.
    // `request` is what the audit log says of it; refusals are recorded. Failures:
    //   errc::unauthorized "sign_on_expired": the attempt is over, or of another browser;
    //   errc::unauthorized "sign_on_refused": code or ID token are not right;
    //   errc::forbidden "no_role", "email_not_verified";
    //   conflict "email_taken"; errc::limit_exceeded "limit_reached"; as the provider.
    base::awaitable<base::result<new_session>> finish(returned_sign_on back, audit_event request);

private:
    base::result<sign_on_attempt> open(const returned_sign_on& back) const;
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
    sessions& sessions_;
    const people_rules& people_rules_;
    identity_provider* provider_ = nullptr;
    sign_on_rules rules_;
};

}  // namespace tollgate::tenancy
