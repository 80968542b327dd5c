#include "tenancy/approvals/approvals.hpp"

#include <memory>
#include <utility>

#include "base/crash_point.hpp"
#include "base/ids.hpp"
#include "base/json_text.hpp"
#include "storage/changes/approvals.hpp"
#include "tenancy/approvals/approval_text.hpp"
#include "tenancy/grants/key_names.hpp"
#include "tenancy/secrets/places.hpp"

namespace tollgate::tenancy {

namespace {

using base::awaitable;
using base::errc;
using base::fail;
using base::result;
using storage::approval_row;
using storage::approval_state;

// How often a question is asked again that met the end of an equal one.
constexpr int ask_attempts = 3;

std::string approval_place(const approval_row& approval) {
    return tenancy::approval_place(approval.team_id, approval.id);
}

base::failure not_asked() {
    return fail(errc::unavailable, "audit_unavailable",
                "the question to a person could not be recorded; nothing was sent");
}

base::failure no_such_approval() {
    return fail(errc::not_found, "not_found", "no such approval");
}

base::failure ended(const approval_row& approval, base::timestamp now) {
    const auto state = state_at(approval, now);
    std::string how = "this approval is " + std::string{to_string(state)} + " already";
    if (state == approval_state::expired)
        how = "this approval expired at " + base::format_timestamp(approval.expires_at) +
              ": the call must be made again";
    if (state == approval_state::denied) how = "a person has denied this call already";
    if (state == approval_state::voided)
        how = "this call may not be executed any more: " + approval.end_reason;
    if (state == approval_state::approved || state == approval_state::executed)
        how = "enough people agreed already: the call is " + std::string{to_string(state)};
    return fail(errc::conflict, "approval_ended", std::move(how));
}

result<> check_vote(bool agreed, std::string_view reason) {
    if (agreed && reason.empty()) return {};
    if (!reason.empty() && check_name(reason)) return {};
    return base::invalid("invalid_reason",
                         agreed ? "reason must have at most 200 bytes and no control characters"
                                : "reason is required to deny a call: 1 to 200 bytes without "
                                  "control characters; the model reads it",
                         "reason");
}

// The record of an approval that ended without a decision.
audit_event end_event(const approval_row& approval, approval_state state, std::string_view code) {
    audit_event out;
    out.kind = audit_kind::approval_ended;
    out.team_id = approval.team_id;
    out.account_id = approval.account_id;
    out.server_id = approval.server_id;
    out.tool = approval.tool;
    out.approval = approval.id;
    out.rule = code;
    out.outcome = to_string(state);
    base::json_members{out.changed_from = "{"}.text("state", to_string(approval.state));
    out.changed_from += '}';
    base::json_members{out.changed_to = "{"}.text("state", to_string(state));
    out.changed_to += '}';
    return out;
}

}  // namespace

void approvals::notify(const approval_row& approval, approval_event what) const {
    const auto name = approval_event_names[static_cast<std::size_t>(what)];
    env_.log.info("approval", {{"event", name},
                               {"approval", approval.id},
                               {"team", approval.team_id},
                               {"mcp_server", approval.server_id},
                               {"tool", approval.tool},
                               {"rule", approval.rule},
                               {"code", approval.end_code}});
    for (auto* const watch : watches_) watch->approval_changed(approval, what);
}

awaitable<result<approval_row>> approvals::row_of(const approval_question& question) {
    const grant& who = question.who;
    const auto server =
        co_await env_.store.find_server(who.team_id, who.account->id, who.server_id);
    if (!server) co_return not_asked();
    approval_row out;
    out.id = base::make_id("apr");
    out.team_id = who.team_id;
    out.account_id = who.account->id;
    out.server_id = who.server_id;
    out.tool = question.tool;
    out.layer = to_string(question.asked.where);
    out.rule = question.asked.rule;
    out.policy_version = question.asked.policy_version;
    out.reason = question.asked.reason;
    out.request_digest = base::as_view(question.request_digest);
    out.receipt_id = question.receipt_id;
    out.operation_key = question.operation_key;
    out.asked_by = public_token_id(who.token_digest);
    out.token_digest = who.token_digest;
    out.client = question.client;
    if (*server) out.holder = (*server)->holder;
    out.needed = std::max<std::int64_t>(1, question.asked.approval.needed);
    out.by_people = question.asked.approval.by_people;
    out.group_names = question.asked.approval.groups;
    out.created_at = env_.clock.now();
    out.expires_at = expiry_of(question.asked.approval, out.created_at);
    out.content = env_.secrets.seal(
        encode_content({question.arguments, question.preview, question.order, question.declared}),
        approval_place(out));
    co_return out;
}

awaitable<result<asked_approval>> approvals::add(const approval_row& row,
                                                 const audit_event& record) {
    auto existing = std::make_shared<std::optional<approval_row>>();
    std::vector<storage::change> changes{storage::add_approval{
        row, pending_approvals_max, existing, {audit_row_of(record, row.created_at)}}};
    auto stored = co_await env_.store.commit(std::move(changes));
    if (!stored) co_return stored.error();
    if (*existing && row.created_at >= (*existing)->expires_at) {
        // Its end is recorded before the same is asked anew.
        auto ended =
            co_await end(**existing, approval_state::expired, "expired", "Nobody decided in time.");
        if (!ended) co_return ended.error();
        co_return base::fail(errc::conflict, "approval_changed", "an equal one has just expired");
    }
    if (*existing) co_return asked_approval{std::move(**existing), true};
    co_return asked_approval{row, false};
}

awaitable<result<asked_approval>> approvals::ask(approval_question question) {
    if (auto why = audit_.refusal_of_writes()) co_return *why;
    if (question.arguments.size() > approval_arguments_max)
        co_return base::invalid("too_large_for_approval",
                                "a call that a person must approve has at most " +
                                    std::to_string(approval_arguments_max) + " bytes of arguments");
    auto row = co_await row_of(question);
    if (!row) co_return row.error();
    question.audit.approval = row->id;
    auto asked = co_await add(*row, question.audit);
    for (int more = 1; more < ask_attempts && !asked && asked.error().code == "approval_changed";
         ++more)
        asked = co_await add(*row, question.audit);
    if (!asked && asked.error().kind == errc::limit_exceeded) co_return asked.error();
    if (!asked) co_return not_asked();
    asked->approval.content = {};
    if (link_base_) asked->link = approval_link(asked->approval.id, link_base_());
    if (!asked->repeated) notify(asked->approval, approval_event::created);
    co_return asked;
}

awaitable<result<approval_progress>> approvals::find_for(const grant& who, std::string id) {
    auto found = co_await env_.store.find_approval(who.team_id, id);
    if (!found) co_return found.error();
    if (!*found || (*found)->server_id != who.server_id)
        co_return fail(errc::not_found, "no_such_approval",
                       "no call of this MCP server has asked for an approval with that id",
                       "receipt");
    approval_progress out{std::move(**found), {}};
    out.approval.content = {};
    auto votes = co_await env_.store.list_votes(who.team_id, std::move(id));
    if (!votes) co_return votes.error();
    out.votes = std::move(*votes);
    co_return out;
}

awaitable<result<>> approvals::withdraw(const grant& who, std::string id) {
    auto found = co_await find_for(who, std::move(id));
    if (!found) co_return found.error();
    if (has_ended(found->approval.state)) co_return result<>{};
    std::string code{withdrawn_code};
    std::string reason = "The client that asked has cancelled the call.";
    auto ended =
        co_await end(found->approval, approval_state::voided, std::move(code), std::move(reason));
    co_return ended;
}

result<approval_content> approvals::open(const approval_row& approval) const {
    const auto opened = env_.secrets.open(approval.content, approval_place(approval));
    if (!opened) return opened.error();
    auto content = decode_content(opened->reveal());
    if (!content) return fail(errc::corrupt, "approval_damaged", "the approval cannot be read");
    return std::move(*content);
}

awaitable<result<full_approval>> approvals::find(std::string team_id, std::string id) {
    auto found = co_await env_.store.find_approval(team_id, id);
    if (!found) co_return found.error();
    if (!*found) co_return no_such_approval();
    full_approval out{std::move(**found), {}, {}};
    if (!out.approval.content.ciphertext.empty()) {
        auto content = open(out.approval);
        if (!content) co_return content.error();
        out.content = std::move(*content);
        out.approval.content = {};
    }
    auto votes = co_await env_.store.list_votes(team_id, std::move(id));
    if (!votes) co_return votes.error();
    for (auto& one : *votes) {
        std::string key = one.approver;
        out.votes.push_back({std::move(one), std::move(key), {}});
    }
    auto named = co_await add_key_names(env_.store, std::move(team_id), out.votes, &named_vote::key,
                                        &named_vote::name);
    if (!named) co_return named.error();
    co_return out;
}

awaitable<result<std::vector<approval_row>>> approvals::list(std::string team_id,
                                                             storage::approval_search search,
                                                             storage::page where) {
    return env_.store.list_approvals(std::move(team_id), std::move(search), std::move(where));
}

awaitable<result<approval_row>> approvals::vote(const api_key& by, std::string id, bool agreed,
                                                std::string reason) {
    const auto good = check_vote(agreed, reason);
    if (!good) co_return good.error();
    auto after = std::make_shared<approval_row>();
    storage::approval_vote answer{by.id, agreed, std::move(reason), env_.clock.now()};
    std::vector<storage::change> changes{storage::vote_approval{by.team_id, id, answer, after}};
    auto stored = co_await env_.store.commit(std::move(changes));
    if (!stored && stored.error().code == "approval_ended") {
        const auto found = co_await env_.store.find_approval(by.team_id, std::move(id));
        if (found && *found) co_return ended(**found, env_.clock.now());
    }
    if (!stored) co_return stored.error();
    if (after->state == approval_state::approved) base::crash_point("approval.after_vote");
    after->content = {};
    if (after->state == approval_state::approved) notify(*after, approval_event::approved);
    if (after->state == approval_state::denied) notify(*after, approval_event::denied);
    co_return std::move(*after);
}

awaitable<result<>> approvals::end(const approval_row& approval, approval_state state,
                                   std::string code, std::string reason) {
    const base::timestamp now = env_.clock.now();
    storage::end_approval change{approval.team_id,
                                 approval.id,
                                 state,
                                 code,
                                 reason,
                                 now,
                                 {audit_row_of(end_event(approval, state, code), now)}};
    std::vector<storage::change> changes{std::move(change)};
    auto stored = co_await env_.store.commit(std::move(changes));
    if (!stored && stored.error().code == "approval_ended") co_return result<>{};
    if (!stored) co_return stored;
    approval_row ended = approval;
    ended.content = {};
    ended.state = state;
    ended.end_code = std::move(code);
    ended.end_reason = std::move(reason);
    notify(ended,
           state == approval_state::expired ? approval_event::expired : approval_event::voided);
    co_return result<>{};
}

}  // namespace tollgate::tenancy
