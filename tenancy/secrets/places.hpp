// The places for which the vault seals its values: a value sealed for one place cannot be opened
// for another.
#pragma once
#include <string>
#include <string_view>

namespace tollgate::tenancy {

// The credential of an account: "team_…|ia_…".
inline std::string account_place(std::string_view team_id, std::string_view id) {
    return std::string{team_id} + '|' + std::string{id};
}
// The request of a receipt: "receipt|team_…|rcp_…".
inline std::string receipt_place(std::string_view team_id, std::string_view id) {
    return "receipt|" + std::string{team_id} + '|' + std::string{id};
}
// The content of an approval: "approval|team_…|apr_…".
inline std::string approval_place(std::string_view team_id, std::string_view id) {
    return "approval|" + std::string{team_id} + '|' + std::string{id};
}
// The secret of a person's one-time codes: "person|team_…|per_…|totp".
inline std::string totp_place(std::string_view team_id, std::string_view id) {
    return "person|" + std::string{team_id} + '|' + std::string{id} + "|totp";
}
// The target of a webhook: "webhook|team_…|whk_…".
inline std::string webhook_place(std::string_view team_id, std::string_view id) {
    return "webhook|" + std::string{team_id} + '|' + std::string{id};
}
// The private key of the audit logs.
inline std::string audit_key_place(std::string_view installation) {
    return "audit_key|" + std::string{installation};
}

// The setting by which an instance checks that its master key is that of the database: this text,
// sealed for a place with the setting's name.
constexpr std::string_view master_check_name = "vault_check";
constexpr std::string_view master_check_text = "tollgate";

}  // namespace tollgate::tenancy
