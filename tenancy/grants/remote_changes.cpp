#include "tenancy/grants/remote_changes.hpp"

#include <utility>

#include "base/crypto.hpp"
#include "storage/changes/tokens.hpp"

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

// The subjects are the account's id, followed by those of its servers.
void account_changed(const std::vector<std::string>& subjects, server_change kind,
                     grants& live_grants) {
    if (!subjects.empty())
        live_grants.account_changed(subjects.front(), {subjects.begin() + 1, subjects.end()}, kind);
}

}  // namespace

void apply_foreign(const storage::logged_change& entry, grants& live_grants, api_keys& keys) {
    const auto& subjects = entry.subjects;
    switch (entry.kind) {
        case logged_kind::server_changed:
            return live_grants.servers_changed(subjects, server_change::changed);
        case logged_kind::tokens_replaced:
            return live_grants.servers_changed(subjects, server_change::tokens_replaced);
        case logged_kind::server_expired:
            return live_grants.servers_changed(subjects, server_change::expired);
        case logged_kind::server_revoked:
            return live_grants.servers_changed(subjects, server_change::revoked);
        case logged_kind::server_suspended:
            return live_grants.servers_changed(subjects, server_change::suspended);
        case logged_kind::token_ended:
            return live_grants.tokens_ended(tokens_of(subjects));
        case logged_kind::account_changed:
            return account_changed(subjects, server_change::changed, live_grants);
        case logged_kind::account_removed:
            return account_changed(subjects, server_change::revoked, live_grants);
        case logged_kind::account_state:
            for (const auto& id : subjects) live_grants.account_state_changed(id);
            return;
        case logged_kind::team_state:
            for (const auto& id : subjects) live_grants.team_state_changed(id);
            return;
        case logged_kind::api_key_removed:
            for (const auto& id : subjects) keys.removed(id);
            return;
        case logged_kind::unknown:
            break;
    }
    keys.forget_all();
    live_grants.everything_changed();
}

}  // namespace tollgate::tenancy
