// Bodies and answers of the calls about people and their sessions. Failures as in request_codec.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "base/secret.hpp"
#include "tenancy/people/sessions.hpp"

namespace tollgate::admin {

base::result<tenancy::person_input> decode_person(std::string_view body);
base::result<tenancy::person_patch> decode_person_patch(std::string_view body);

struct acceptance_input {
    base::secret token;
    base::secret password;
};
base::result<acceptance_input> decode_acceptance(std::string_view body);

base::result<tenancy::sign_in_input> decode_sign_in(std::string_view body);

struct password_change {
    base::secret current;
    base::secret password;
};
base::result<password_change> decode_password_change(std::string_view body);
base::result<base::secret> decode_own_password(std::string_view body);  // {password}
base::result<std::string> decode_code(std::string_view body);           // {code}

std::string encode(const tenancy::person& who);
// The person with the member `invitation`, which contains the token.
std::string encode_new(const tenancy::invited_person& made, std::string_view base_url);
std::string encode(const tenancy::session& one);
// {session,person,csrf_token,now}
std::string encode(const tenancy::signed_in& who, base::timestamp now);
// {token,expires_at}
std::string encode(const tenancy::sign_in_link& made);
// {secret,otpauth_uri}
std::string encode_new_totp(const base::secret& secret, const tenancy::person& who);
// {recovery_codes}
std::string encode_new_codes(const std::vector<base::secret>& codes);

}  // namespace tollgate::admin
