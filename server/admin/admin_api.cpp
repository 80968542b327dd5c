#include "server/admin/admin_api.hpp"

#include <algorithm>
#include <array>
#include <exception>
#include <utility>

#include "base/bearer.hpp"
#include "base/crypto.hpp"
#include "base/ids.hpp"
#include "server/admin/addresses.hpp"
#include "server/admin/change_note_codec.hpp"
#include "server/admin/handlers.hpp"
#include "server/admin/problem.hpp"
#include "server/admin/request_codec.hpp"
#include "server/admin/routes.hpp"
#include "server/admin/session_cookie.hpp"
#include "tenancy/admin/replays.hpp"
#include "tenancy/audit/audit_trail.hpp"
#include "tenancy/grants/api_keys.hpp"
#include "tenancy/people/sessions.hpp"
#include "tenancy/rules/gateway_paths.hpp"

namespace tollgate::admin {

namespace {

using base::errc;
using base::fail;
using base::result;

constexpr std::size_t idempotency_key_bytes_max = 255;

// The media type without its parameters.
bool is_json(std::string_view content_type) {
    std::string_view type = content_type.substr(0, content_type.find(';'));
    while (type.ends_with(' ')) type.remove_suffix(1);
    return base::equal_ignore_case(type, "application/json");
}

// The body of an import of orders.
result<> check_lines(const base::http_request& request) {
    if (request.body.size() > import_bytes_max)
        return fail(errc::invalid_argument, "body_too_large",
                    "the body of an import has at most 1048576 bytes: send it in parts");
    const std::string_view type = request.header("Content-Type");
    for (const std::string_view known :
         {"application/jsonl", "application/x-ndjson", "text/csv", "application/json"})
        if (type.starts_with(known)) return {};
    return fail(errc::invalid_argument, "unsupported_media_type",
                "send the orders as application/jsonl, one JSON object a line, or as text/csv");
}

result<> check_body(const base::http_request& request) {
    if (request.body.size() > body_bytes_max)
        return fail(errc::invalid_argument, "body_too_large",
                    "the body of an admin call has at most 65536 bytes");
    if (!request.body.empty() && request.has_header("Content-Type") &&
        !is_json(request.header("Content-Type")))
        return fail(errc::invalid_argument, "unsupported_media_type",
                    "send the body as JSON, with Content-Type: application/json");
    return {};
}

result<> check_person_role(const route& found, const tenancy::signed_in& who) {
    const auto role = who.who.role;
    const bool may = found.answers_approvals ? tenancy::may_answer_approvals(role)
                                             : tenancy::rank_of(role) >= *found.role_min;
    if (may) return {};
    const std::string needed = found.answers_approvals
                                   ? "approver or admin"
                                   : std::string{tenancy::to_string(*found.role_min)};
    return fail(errc::forbidden, "role_too_low",
                "this call needs a person with role " + needed + "; yours is " +
                    std::string{tenancy::to_string(role)});
}

result<> check_role(const route& found, const call& in) {
    if (!found.role_min) return {};
    if (in.session) return check_person_role(found, *in.session);
    const tenancy::api_key& by = *in.by;
    if (by.rank >= *found.role_min) return {};
    // Names the instance owner as well, because an admin of a team would be refused by the call
    // itself.
    if (found.run == create_team)
        return fail(errc::forbidden, "role_too_low",
                    "this call needs the API key of an instance owner (role admin, instance_owner "
                    "true); this one is " +
                        std::string{tenancy::to_string(by.rank)});
    return fail(errc::forbidden, "role_too_low",
                "this call needs an API key with role " +
                    std::string{tenancy::to_string(*found.role_min)} + "; this one is " +
                    std::string{tenancy::to_string(by.rank)});
}

// The Idempotency-Key of a POST, or nullopt.
result<std::optional<tenancy::idempotent_request>> read_once(const base::http_request& request,
                                                             const tenancy::api_key& by) {
    std::optional<tenancy::idempotent_request> out;
    if (request.method != "POST" || !request.has_header("Idempotency-Key")) return out;
    const std::string_view key = request.header("Idempotency-Key");
    const bool visible =
        std::all_of(key.begin(), key.end(), [](char c) { return c > 0x20 && c < 0x7F; });
    if (key.empty() || key.size() > idempotency_key_bytes_max || !visible)
        return base::invalid("invalid_idempotency_key",
                             "Idempotency-Key must have 1 to 255 visible ASCII characters",
                             "Idempotency-Key");
    out.emplace(by.team_id, "POST " + std::string{request.path}, std::string{key},
                std::string{base::as_view(base::sha256(request.body))});
    return out;
}

base::http_response replayed(const tenancy::stored_answer& stored) {
    auto out = json_response(stored.status, std::string{stored.body.reveal()});
    out.headers.emplace_back("Idempotent-Replayed", "true");
    return out;
}

// True for a call that revokes or ends something, which must be possible even when the disk is
// full.
bool ends_something(const call& in) {
    namespace paths = tenancy::gateway_paths;
    constexpr std::array<std::string_view, 3> ends{paths::freeze, paths::suspend, paths::revoke};
    const bool switches = std::any_of(
        ends.begin(), ends.end(), [&](std::string_view end) { return in.pattern.ends_with(end); });
    return (in.request.method == "DELETE") != switches;
}

// True for a call with a password or a code in its body, of which not even a digest is stored.
bool has_password(const call& in) {
    return in.pattern.starts_with(addresses::sessions) ||
           in.pattern.ends_with(addresses::accept_invitation);
}

}  // namespace

bool admin_api::owns(std::string_view path) {
    return path == addresses::mcp || addresses::is_leaf(path) || addresses::under_root(path);
}

base::awaitable<base::http_response> admin_api::handle(const base::http_request& request,
                                                       request_facts facts) {
    std::string fault;
    try {
        auto answered = co_await dispatch(request, facts);
        if (answered) co_return std::move(*answered);
        const base::failure& why = answered.error();
        const unsigned status = status_of(why);
        if (status >= 500)
            log_.error(
                "admin_call_failed",
                {{"request_id", facts.request_id}, {"code", why.code}, {"reason", why.message}});
        auto problem = problem_response(why, facts.request_id);
        if (status == 401)
            problem.headers.emplace_back(
                "WWW-Authenticate", base::bearer_credential(request).empty()
                                        ? "Bearer realm=\"tollgate\""
                                        : "Bearer realm=\"tollgate\", error=\"invalid_token\"");
        if (status == 405)
            problem.headers.emplace_back("Allow",
                                         match_route(request.method, request.path).allowed);
        co_return problem;
    } catch (const std::exception& thrown) {
        fault = thrown.what();
    }
    log_.error("admin_call_threw", {{"request_id", facts.request_id}, {"reason", fault}});
    const auto why = fail(errc::internal, "internal", std::move(fault));
    co_return problem_response(why, facts.request_id);
}

// "DELETE /api-key/key_…": method and path. A part that is not one of our ids, and may be a
// misplaced secret, is replaced by its name in the pattern: "/api-key/{key_id}".
std::string admin_api::action_of(const call& in) {
    std::string out{in.request.method};
    out += ' ';
    std::size_t id = 0;
    for (std::string_view rest = in.pattern; !rest.empty();) {
        const std::size_t brace = std::min(rest.find('{'), rest.size());
        out += rest.substr(0, brace);
        rest.remove_prefix(brace);
        const std::string_view name = rest.substr(0, rest.find('}') + 1);
        if (rest.empty()) break;
        const std::string_view given = in.ids.at(id++);
        const std::string_view kind = given.substr(0, given.find('_'));
        out += base::is_id(given, kind) ? given : name;
        rest.remove_prefix(name.size());
    }
    return out;
}

void admin_api::log_change(const call& in, const base::http_response& answered,
                           const change_note& note) const {
    log_.info("admin_change", {{"request_id", in.facts.request_id},
                               {"team", in.by->team_id},
                               {"key", in.by->id},
                               {"call", in.request.method},
                               {"path", in.request.path},
                               {"made", answered.status == 201 ? id_in(answered.body) : ""},
                               {"from", note.from},
                               {"to", note.to},
                               {"remote", in.facts.remote_address}});
}

// The audit event of a request.
tenancy::audit_event admin_api::event_of(const call& in, std::string_view kind) const {
    tenancy::audit_event out;
    out.kind = kind;
    if (in.by) {
        out.team_id = in.by->team_id;
        out.actor = in.by->id;
    }
    out.action = action_of(in);
    out.request_id = in.facts.request_id;
    out.remote = in.facts.remote_address;
    return out;
}

// Records a change before it is made, and its outcome before the call is answered.
base::awaitable<result<base::http_response>> admin_api::change(const call& in, handler run) {
    if (auto full = tenancy_.audit().refusal_of_full_disk(); full && !ends_something(in)) {
        note_refusal(in, *full);
        co_return *full;
    }
    const auto began = std::chrono::steady_clock::now();
    auto intended = event_of(in, tenancy::audit_kind::admin_intended);
    if (!in.request.body.empty() && !has_password(in))
        intended.arguments_digest = base::hex(base::as_view(base::sha256(in.request.body)));
    auto recorded = co_await tenancy_.audit().record(std::move(intended));
    if (!recorded) co_return recorded.error();
    auto answered = co_await run(in);
    auto finished = event_of(in, tenancy::audit_kind::admin_finished);
    finished.outcome = answered ? "succeeded" : "failed";
    finished.status = answered ? answered->status : status_of(answered.error());
    if (!answered) finished.error_code = answered.error().code;
    if (answered && answered->status == 201) finished.object_id = id_in(answered->body);
    finished.changed_from = in.note->from;
    finished.changed_to = in.note->to;
    finished.duration = std::chrono::duration_cast<std::chrono::microseconds>(
        std::chrono::steady_clock::now() - began);
    const auto kept = co_await tenancy_.audit().record(finished);
    // The change was made, so its record is stored as soon as the store accepts it.
    if (!kept) tenancy_.audit().note(std::move(finished));
    co_return answered;
}

base::awaitable<result<base::http_response>> admin_api::read_at_stripe(const call& in,
                                                                       handler run) {
    if (auto full = tenancy_.audit().refusal()) co_return *full;
    const auto began = std::chrono::steady_clock::now();
    auto answered = co_await run(in);
    auto read = event_of(in, tenancy::audit_kind::admin_read);
    read.outcome = answered ? "succeeded" : "failed";
    read.status = answered ? answered->status : status_of(answered.error());
    if (!answered) read.error_code = answered.error().code;
    read.object_id = in.note->object_id;
    read.stripe_request = in.note->stripe_request;
    read.duration = std::chrono::duration_cast<std::chrono::microseconds>(
        std::chrono::steady_clock::now() - began);
    const auto kept = co_await tenancy_.audit().record(std::move(read));
    if (!kept) co_return kept.error();
    co_return answered;
}

void admin_api::note_refusal(const call& in, const base::failure& why) const {
    auto refused = event_of(in, tenancy::audit_kind::admin_refused);
    refused.decision = "refused";
    refused.rule = why.code;
    refused.status = status_of(why);
    if (in.by)
        tenancy_.audit().note(std::move(refused));
    else
        tenancy_.audit().note_anonymous(std::move(refused));
}

void admin_api::log_refusal(const call& in, const base::failure& why) const {
    log_.info("admin_refused", {{"request_id", in.facts.request_id},
                                {"team", in.by->team_id},
                                {"key", in.by->id},
                                {"key_name", in.by->name},
                                {"call", in.request.method},
                                {"path", in.request.path},
                                {"code", why.code},
                                {"remote", in.facts.remote_address}});
}

base::awaitable<result<>> admin_api::identify(call& in, const route& found) {
    const std::string_view secret = base::bearer_credential(in.request);
    const std::string_view token =
        secret.empty() ? session_token_of(in.request, in.facts) : std::string_view{};
    if (secret.empty() && token.empty())
        co_return fail(errc::unauthorized, "missing_api_key",
                       "send an API key as 'Authorization: Bearer tgk_…', or sign in");
    result<> allowed;
    if (token.empty()) {
        auto by = co_await tenancy_.api_keys().authenticate(secret);
        if (by)
            in.by = std::move(*by);
        else
            allowed = by.error();
    } else {
        auto who = co_await tenancy_.sessions().authenticate(token);
        if (who) {
            in.by = who->acting;
            in.session = std::make_shared<const tenancy::signed_in>(std::move(*who));
            if (in.request.method != "GET")
                allowed = check_own_page(in.request, in.facts, in.session->csrf_token);
        } else {
            allowed = who.error();
        }
    }
    if (allowed) allowed = check_role(found, in);
    if (allowed) co_return allowed;
    if (in.by) log_refusal(in, allowed.error());
    note_refusal(in, allowed.error());
    co_return allowed;
}

base::awaitable<result<base::http_response>> admin_api::dispatch(const base::http_request& request,
                                                                 request_facts facts) {
    const auto match = match_route(request.method, request.path);
    if (match.allowed.empty())
        co_return fail(errc::not_found, "unknown_path",
                       "the admin API has no such path; GET /openapi.yaml lists them all");
    if (match.found == nullptr)
        co_return fail(errc::invalid_argument, "method_not_allowed",
                       "this path takes " + match.allowed + " only");
    call in{request, facts,      tenancy_, nullptr, nullptr, match.ids, match.found->pattern,
            {},      explainer_, open_};
    if (match.found->role_min) {
        const auto known = co_await identify(in, *match.found);
        if (!known) co_return known.error();
    }
    const auto good = match.found->takes_lines ? check_lines(request) : check_body(request);
    if (!good) co_return good.error();
    if (in.by && !match.found->asks) {
        auto once = read_once(request, *in.by);
        if (!once) co_return once.error();
        in.once = std::move(*once);
    }
    if (in.once) {
        auto stored = co_await tenancy_.replays().find(*in.once);
        if (!stored) co_return stored.error();
        if (*stored) co_return replayed(**stored);
    }
    change_note note;
    in.note = &note;
    const bool changes = request.method != "GET" && !match.found->asks;
    const auto run = match.found->run;
    auto running = changes                    ? change(in, run)
                   : match.found->asks_stripe ? read_at_stripe(in, run)
                                              : run(in);
    auto answered = co_await std::move(running);
    if (answered && changes) log_change(in, *answered, note);
    if (!answered && in.by && answered.error().code != "replay_exists")
        log_refusal(in, answered.error());
    // The refusal of a change is in the record of its outcome. A request for something that does
    // not exist is not a refusal.
    if (!answered && in.by && !changes && status_of(answered.error()) == 403)
        note_refusal(in, answered.error());
    if (answered || answered.error().code != "replay_exists") co_return answered;
    // An equal request was faster, and its answer is stored by now.
    auto stored = co_await tenancy_.replays().find(*in.once);
    if (!stored) co_return stored.error();
    if (*stored) co_return replayed(**stored);
    co_return answered;
}

}  // namespace tollgate::admin
