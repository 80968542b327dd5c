// The rules for people: roles, e-mail addresses, passwords. Pure.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "tenancy/grants/api_keys.hpp"

namespace tollgate::tenancy {

enum class person_role : std::uint8_t { viewer, operator_, approver, admin };

// "viewer", "operator", "approver", "admin".
std::string_view to_string(person_role value);
// Failure: "unknown_role".
base::result<person_role> read_person_role(std::string_view word);

// The role of an API key that may do what the person may do in the admin API, apart from answering
// approvals. An approver ranks as a viewer.
role rank_of(person_role value);
// True for approvers and admins.
bool may_answer_approvals(person_role value);

// Returns the address without surrounding spaces, in lower case. Failure: "invalid_email" unless it
// is at most 254 ASCII characters with one '@' and a dot in the domain.
base::result<std::string> read_email(std::string_view text);
// The same without a check, for an address that is only used in a look-up.
std::string folded_email(std::string_view text);

constexpr std::size_t password_characters_min = 12;
constexpr std::size_t password_bytes_max = 1024;
// Failure: "weak_password" if it has fewer than 12 characters, more than 1,024 bytes, fewer than
// five different characters, or contains the part of `email` before the '@'.
base::result<> check_password(std::string_view password, std::string_view email);

}  // namespace tollgate::tenancy
