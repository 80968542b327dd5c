// Sign-in, and the sessions that it makes.
//
// A session is a row in the record store, read again for every request and kept in no cache: what
// ends it, on whatever instance, ends it for the next request everywhere.
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
    base::timestamp expires_at;  // at the latest; earlier if it is not used
};

// Who is behind a session. `acting` is the person as the admin API sees its callers: an API key
// with the person's id, name, team and rights.
struct signed_in {
    person who;
    session at;
    std::string csrf_token;  // proves that a page of ours makes the request
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
    std::string from;                // in whose name attempts are counted: an address, or a network
    std::optional<role> rank_min{};  // the least that the person may be
};

// Whether a request counts as a use of its session, which keeps it from ending for lack of use.
enum class session_use : std::uint8_t { noted, not_noted };

// Thread-safe. Every call resumes on the caller's executor; references live until the awaitable
// completes.
class sessions {
public:
    // The references live as long as this object.
    sessions(const environment& env, audit_trail& audit, credentials& proofs,
             password_worker& passwords, const people_rules& rules)
        : env_(env), audit_(audit), proofs_(proofs), passwords_(passwords), rules_(rules) {}

    // Checks e-mail address, password and code, and makes a session with a new id. `request` is
    // what the audit log says of it; the session shows its address, and its client. Failures:
    //   errc::limit_exceeded "too_many_sign_ins";
    //   errc::unauthorized "invalid_sign_in": anything of them is wrong. The same answer, after the
    //     same time, for an unknown address;
    //   errc::unauthorized "code_needed": the password is right, and a code is missing;
    //   errc::unavailable "sign_in_busy".
    base::awaitable<base::result<new_session>> sign_in(sign_in_input input, audit_event request);

    // Makes a session for a person who has proved another way who they are. `request` as in
    // sign_in(). Fails with conflict "password_changed" if the person was changed meanwhile.
    base::awaitable<base::result<new_session>> begin(const storage::person_row& person,
                                                     audit_event request);

    // Makes a link for a person, in place of an earlier one. Fails with not_found, and with
    // conflict "totp_on" for a person with one-time codes, whom no link may sign in.
    base::awaitable<base::result<sign_in_link>> make_link(std::string team_id, std::string id);
    // Signs in whoever opens the link first, within ten minutes. `request` as in sign_in();
    // refusals are recorded. Fails with errc::unauthorized "invalid_link" if it is unknown, used or
    // too old (the same for all).
    base::awaitable<base::result<new_session>> sign_in_by_link(base::secret token,
                                                               audit_event request);

    // The same without a session: who it is, as the admin API sees its callers. For a person who
    // allows something on a page of ours. Failures as of sign_in(), and errc::forbidden
    // "role_too_low": a code is not used up then.
    base::awaitable<base::result<std::shared_ptr<const api_key>>> identify(sign_in_input input,
                                                                           audit_event request);

    // The person behind a session's token. errc::unauthorized "session_ended" if it is malformed,
    // unknown, ended or over (the same answer for all).
    base::awaitable<base::result<signed_in>> authenticate(std::string_view token,
                                                          session_use use = session_use::noted);

    // Newest first, also those that were not used for too long and are not removed yet.
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
    // Adds to `changes` what begins the session of that person, with its record.
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
