// The teams' audit logs: checkpoints, keys and tiles as others verify them, and proofs of receipts.
#include <utility>

#include "base/json_text.hpp"
#include "server/admin/handlers.hpp"
#include "tenancy/admin/teams.hpp"
#include "tenancy/audit/log_reader.hpp"
#include "tenancy/work/audit_integrator.hpp"

namespace tollgate::admin {

namespace {

base::http_response text_response(std::string body) {
    base::http_response out;
    out.content_type = "text/plain; charset=utf-8";
    out.body = std::move(body);
    out.headers.emplace_back("Cache-Control", "no-store");
    return out;
}

}  // namespace

answer get_log_checkpoint(const call& in) {
    auto team = team_of(in);
    if (!team) co_return team.error();
    auto note = co_await in.tenancy.audit_log().checkpoint(std::move(*team));
    if (!note) co_return note.error();
    co_return text_response(std::move(*note));
}

answer get_log_key(const call& in) {
    const auto team = team_of(in);
    if (!team) co_return team.error();
    const auto key = in.tenancy.audit_log().verifier_key(*team);
    if (!key) co_return key.error();
    co_return text_response(*key + "\n");
}

answer get_log_retention(const call& in) {
    auto team = team_of(in);
    if (!team) co_return team.error();
    auto note = co_await in.tenancy.audit_log().retention(std::move(*team));
    if (!note) co_return note.error();
    co_return text_response(std::move(*note));
}

answer get_log_state(const call& in) {
    const auto team = team_of(in);
    if (!team) co_return team.error();
    if (*team != in.by->team_id && *team != tenancy::installation_log) {
        const auto known = co_await in.tenancy.teams().get(*team);
        if (!known) co_return known.error();
    }
    const std::string broken = in.tenancy.audit_integrator().broken_team();
    std::string body = "{";
    base::json_members{body}
        .text("state", broken == *team ? "broken" : "intact")
        .truth("writes_stopped", !broken.empty());
    co_return json_response(200, body + '}');
}

answer get_log_tile(const call& in) {
    auto team = team_of(in);
    if (!team) co_return team.error();
    std::string path = "tile/" + in.id(1);
    auto content = co_await in.tenancy.audit_log().tile(std::move(*team), std::move(path));
    if (!content) co_return content.error();
    base::http_response out;
    out.content_type = "application/octet-stream";
    out.body = std::move(*content);
    out.headers.emplace_back("Cache-Control", "no-store");
    co_return out;
}

answer get_receipt_proof(const call& in) {
    auto proof = co_await in.tenancy.audit_log().proof_of_receipt(in.by->team_id, in.id(0));
    if (!proof) co_return proof.error();
    co_return text_response(std::move(*proof));
}

}  // namespace tollgate::admin
