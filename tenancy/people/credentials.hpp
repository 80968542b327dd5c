// How people prove who they are: passwords and one-time codes.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "tenancy/people/people.hpp"
#include "tenancy/people/sign_in_limits.hpp"

namespace tollgate::tenancy {

// Thread-safe. Every call resumes on the caller's executor; references live until the awaitable
// completes. A wrong password or code counts as a failed sign-in. `from` identifies its origin: the
// address of a client, or the session (ses_…) that makes the request.
class credentials {
public:
    // The references live as long as this object.
    credentials(const environment& env, password_worker& passwords)
        : env_(env), passwords_(passwords), limits_(env.secrets.derive("sign-in limits")) {}

    // All calls below may fail with errc::limit_exceeded "too_many_sign_ins" and errc::unavailable
    // "sign_in_busy"; not_found if the person does not exist.

    // Succeeds if the password is right. Failure: errc::forbidden "wrong_password".
    base::awaitable<base::result<storage::person_row>> check(const person& who, std::string from,
                                                             base::secret password);
    // Replaces the password, and ends all sessions except `from`. Failures: errc::forbidden
    // "wrong_password", "weak_password", conflict "password_changed".
    base::awaitable<base::result<>> change_password(const person& who, std::string from,
                                                    base::secret current, base::secret password);
    // Stores and returns the secret of a new authenticator, which is required at sign-in only after
    // confirm_totp(). Failures: errc::forbidden "wrong_password", conflict "totp_on".
    base::awaitable<base::result<base::secret>> start_totp(const person& who, std::string from,
                                                           base::secret password);
    // Confirms the authenticator with its current code, and returns ten recovery codes, shown once.
    // Failures: errc::forbidden "wrong_code", conflict "totp_changed" or "totp_not_started".
    base::awaitable<base::result<std::vector<base::secret>>> confirm_totp(const person& who,
                                                                          std::string from,
                                                                          std::string code);
    // Turns off one-time codes. Fails with not_found if they are not on.
    base::awaitable<base::result<>> end_totp(std::string team_id, std::string person_id);

    // As end_totp(), and also ends all sessions of the person, atomically.
    base::awaitable<base::result<>> reset_totp(std::string team_id, std::string person_id);

    // For sign-in. Takes one of the attempts shared by all instances; give_back() returns it if the
    // sign-in succeeds. An attempt refused by this instance's own count needs no access to the
    // store. Also fails with errc::unavailable.
    base::awaitable<base::result<>> take(std::string email, std::string from);
    base::awaitable<> give_back(std::string email, std::string from);
    // The change that uses up a one-time or recovery code of the person; its commit fails with
    // "code_used" if the code was already used. Failure: errc::unauthorized "wrong_code".
    base::result<storage::change> use_of_code(const storage::person_row& row,
                                              std::string_view code) const;
    // Hashes a correct password again if its hash was made at another cost than the current one.
    base::awaitable<> rehash(storage::person_row row, base::secret password);

private:
    base::result<base::secret> open_totp(const storage::person_row& row) const;
    base::awaitable<base::result<storage::person_row>> row_of(const person& who) const;

    const environment& env_;
    password_worker& passwords_;
    sign_in_limits limits_;
};

}  // namespace tollgate::tenancy
