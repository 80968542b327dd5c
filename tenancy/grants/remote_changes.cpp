#include "tenancy/grants/remote_changes.hpp"

#include <utility>

#include "base/crypto.hpp"

namespace tollgate::tenancy {

namespace {

using storage::logged_kind;

// "mcp_…:0a1b…"
std::vector<storage::ended_token> tokens_of(const std::vector<std::string>& subjects) {
    std::vector<storage::ended_token> out;
    for (const std::string& subject : subjects) {
        const auto colon = std::min(subject.find(':'), subject.size() - 1);
        auto digest = base::from_hex(std::string_view{subject}.substr(colon + 1));
        if (digest) out.push_back({subject.substr(0, colon), std::move(*digest)});
    }
    return out;
}

// The account's id, then those of its servers.
void account_changed(const std::vector<std::string>& subjects, server_change kind, grants& doors) {
    if (!subjects.empty())
        doors.account_changed(subjects.front(), {subjects.begin() + 1, subjects.end()}, kind);
}

}  // namespace

void apply_foreign(const storage::logged_change& entry, grants& doors, api_keys& keys) {
    const auto& subjects = entry.subjects;
    switch (entry.kind) {
        case logged_kind::server_changed:
            return doors.servers_changed(subjects, server_change::changed);
        case logged_kind::tokens_replaced:
            return doors.servers_changed(subjects, server_change::tokens_replaced);
        case logged_kind::server_expired:
            return doors.servers_changed(subjects, server_change::expired);
        case logged_kind::server_revoked:
            return doors.servers_changed(subjects, server_change::revoked);
        case logged_kind::server_suspended:
            return doors.servers_changed(subjects, server_change::suspended);
        case logged_kind::token_ended:
            return doors.tokens_ended(tokens_of(subjects));
        case logged_kind::account_changed:
            return account_changed(subjects, server_change::changed, doors);
        case logged_kind::account_removed:
            return account_changed(subjects, server_change::revoked, doors);
        case logged_kind::account_state:
            for (const auto& id : subjects) doors.account_state_changed(id);
            return;
        case logged_kind::team_state:
            for (const auto& id : subjects) doors.team_state_changed(id);
            return;
        case logged_kind::api_key_removed:
            for (const auto& id : subjects) keys.removed(id);
            return;
        case logged_kind::unknown:
            break;
    }
    keys.forget_all();
    doors.everything_changed();
}

}  // namespace tollgate::tenancy
