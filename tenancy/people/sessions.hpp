// Sign-in, and the sessions that it creates. A session is a row in the record store, read again for
// every request and never cached: a session that ends on any instance is refused everywhere from
// the next request on.
#pragma once
#include <atomic>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tenancy/audit/audit_trail.hpp"
#include "tenancy/people/credentials.hpp"
#include "tenancy/people/people.hpp"

namespace tollgate::tenancy {

constexpr std::string_view session_token_prefix = "tgp_";

struct session {
    std::string id;  // ses_…
    std::string remote;
    std::string client;
    base::timestamp created_at;
    base::timestamp used_at;     // to the minute
    base::timestamp expires_at;  // the latest; earlier if the session is unused
};

// The person behind a session. `acting` is the person as the admin API represents its callers: an
// API key with the person's id, name, team and rights.
struct signed_in {
    person who;
    session at;
    std::string csrf_token;  // proves that the request comes from our own page
    std::shared_ptr<const api_key> acting;
};

struct new_session {
    signed_in made;
    base::secret token;  // tgp_…: for the cookie only
};

// A link that signs a person in once.
struct sign_in_link {
    base::secret token;  // tgi_…: shown once
    base::timestamp expires_at;
};
constexpr std::chrono::minutes sign_in_link_lifetime{10};

struct sign_in_input {
    std::string email;
    base::secret password;
    std::string code;                // one-time or recovery code; empty: none
    std::string team_id;             // needed only if the address is known in several teams
    std::string from;                // whose attempts are counted: an address or a network
    std::optional<role> rank_min{};  // the lowest role that is accepted
};

// Whether a request counts as a use of its session, which keeps the session from ending as unused.
enum class session_use : std::uint8_t { noted, not_noted };

// Thread-safe. Every call resumes on the caller's executor; references live until the awaitable
// completes.
class sessions {
public:
    // The references live as long as this object.
    sessions(const environment& env, audit_trail& audit, credentials& proofs,
             password_worker& passwords, const people_rules& rules)
        : env_(env), audit_(audit), proofs_(proofs), passwords_(passwords), rules_(rules) {}

    // Checks e-mail address, password and code, and creates a session with a new id. `request` is
    // the audit log's entry for it; the session shows its address and client. Failures:
    //   errc::limit_exceeded "too_many_sign_ins";
    //   errc::unauthorized "invalid_sign_in": one of them is wrong. An unknown address gets the
    //     same answer, after the same time;
    //   errc::unauthorized "code_needed": the password is right, but a code is missing;
    //   errc::unavailable "sign_in_busy".
    base::awaitable<base::result<new_session>> sign_in(sign_in_input input, audit_event request);

    // Creates a session for a person who has proved their identity in another way. `request` as in
    // sign_in(). Fails with conflict "password_changed" if the person was changed in the meantime.
    base::awaitable<base::result<new_session>> begin(const storage::person_row& person,
                                                     audit_event request);

    // Makes a link for a person, which replaces an earlier one. Fails with not_found, and with
    // conflict "totp_on" for a person with one-time codes, whom a link may not sign in.
    base::awaitable<base::result<sign_in_link>> make_link(std::string team_id, std::string id);
    // Signs in the first visitor who opens the link within ten minutes. `request` as in sign_in();
    // refusals are recorded. Fails with errc::unauthorized "invalid_link" if the link is unknown,
    // used or expired (the same answer for all).
    base::awaitable<base::result<new_session>> sign_in_by_link(base::secret token,
                                                               audit_event request);

    // As sign_in(), but creates no session: returns the person as the admin API represents its
    // callers. For a person who allows something on one of our pages. Fails as sign_in() does, and
    // with errc::forbidden "role_too_low"; the code is then not used up.
    base::awaitable<base::result<std::shared_ptr<const api_key>>> identify(sign_in_input input,
                                                                           audit_event request);

    // Finds the person behind a session's token. Fails with errc::unauthorized "session_ended" if
    // the token is malformed or unknown, or its session has ended or expired (the same answer for
    // all).
    base::awaitable<base::result<signed_in>> authenticate(std::string_view token,
                                                          session_use use = session_use::noted);

    // Newest first, including sessions that have ended as unused but are not removed yet.
    base::awaitable<base::result<std::vector<session>>> list(std::string team_id,
                                                             std::string person_id,
                                                             storage::page where);
    // Ends one session of the person, or all if `id` is empty. Fails with not_found.
    base::awaitable<base::result<>> end(const signed_in& by, std::string id);

    // How many sign-ins there were since the start that make a session. Any thread.
    struct sign_in_counts {
        std::uint64_t accepted = 0;
        std::uint64_t refused = 0;
    };
    sign_in_counts counts() const { return {accepted_.load(), refused_.load()}; }
    // Counts a sign-in, for those who know how it ended. One that could not be checked, because
    // something was unavailable, was not refused.
    template <typename Made>
    void count(const base::result<Made>& made) {
        if (made)
            ++accepted_;
        else if (made.error().kind != base::errc::unavailable)
            ++refused_;
    }

private:
    // A session that is not stored yet, without its person.
    storage::session_row draft(const base::secret& token, const audit_event& request) const;
    // Adds to `changes` those that begin the person's session, with its audit record.
    void add_to(std::vector<storage::change>& changes, storage::session_row& made,
                const storage::person_row& person, const audit_event& request) const;

    using found_person = std::optional<storage::person_row>;
    using change_list = std::vector<storage::change>;

    base::awaitable<base::result<found_person>> find(const sign_in_input& input) const;
    // Checks the input and commits what `follow` adds to the changes that use up a code. Returns
    // the person.
    base::awaitable<base::result<storage::person_row>> prove(
        sign_in_input input, audit_event request,
        std::function<void(const storage::person_row&, change_list&)> follow);
    base::awaitable<base::result<>> check(const found_person& row, const sign_in_input& input,
                                          change_list& uses);
    void note_refusal(const found_person& row, audit_event request, const base::failure& why);
    signed_in view(const storage::session_row& at, const storage::person_row& row) const;

    const environment& env_;
    audit_trail& audit_;
    credentials& proofs_;
    password_worker& passwords_;
    const people_rules& rules_;
    std::atomic<std::uint64_t> accepted_{0};
    std::atomic<std::uint64_t> refused_{0};
};

}  // namespace tollgate::tenancy
