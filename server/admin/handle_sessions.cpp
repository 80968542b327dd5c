// Calls that people make for themselves: accepting an invitation, signing in and out, their
// password and one-time codes.
#include <utility>

#include "base/clock.hpp"
#include "server/admin/handlers.hpp"
#include "server/admin/list_page.hpp"
#include "server/admin/people_codec.hpp"
#include "server/admin/request_codec.hpp"
#include "server/admin/session_cookie.hpp"
#include "server/admin/unknown_caller.hpp"
#include "tenancy/audit/audit_trail.hpp"
#include "tenancy/people/credentials.hpp"
#include "tenancy/people/people.hpp"
#include "tenancy/people/sessions.hpp"

namespace tollgate::admin {

namespace {

using base::errc;
using base::fail;
using base::result;

void note_unknown(const call& in, const base::failure& why) {
    auto refused = event_of_unknown(in);
    refused.kind = tenancy::audit_kind::admin_refused;
    refused.decision = "refused";
    refused.rule = why.code;
    in.tenancy.audit().note_anonymous(std::move(refused));
}

result<std::shared_ptr<const tenancy::signed_in>> session_of(const call& in) {
    if (in.session) return in.session;
    return fail(errc::forbidden, "session_needed",
                "this call is for a person who has signed in: an API key has no session");
}

base::http_response signed_out(const call& in) {
    auto out = no_content();
    out.headers.emplace_back("Set-Cookie", ended_cookie(in.facts));
    return out;
}

}  // namespace

tenancy::audit_event event_of_unknown(const call& in) {
    tenancy::audit_event out;
    out.action = std::string{in.request.method} + ' ' + std::string{in.pattern};
    out.request_id = in.facts.request_id;
    out.remote = in.facts.remote_address;
    out.client = in.request.header("User-Agent");
    return out;
}

answer accept_invitation_of_person(const call& in) {
    auto own = check_cookie_allowed(in.request, in.facts);
    if (own) own = check_sign_in_page(in.request, in.facts);
    if (!own) {
        note_unknown(in, own.error());
        co_return own.error();
    }
    auto input = decode_acceptance(in.request.body);
    if (!input) co_return input.error();
    auto request = event_of_unknown(in);
    const auto accepted = co_await in.tenancy.people().accept(
        std::move(input->token), std::move(input->password), std::move(request));
    if (!accepted) {
        note_unknown(in, accepted.error());
        co_return accepted.error();
    }
    co_return json_response(200, encode(*accepted));
}

answer sign_in(const call& in) {
    auto own = check_cookie_allowed(in.request, in.facts);
    if (own) own = check_sign_in_page(in.request, in.facts);
    if (!own) {
        note_unknown(in, own.error());
        co_return own.error();
    }
    auto input = decode_sign_in(in.request.body);
    if (!input) co_return input.error();
    auto request = event_of_unknown(in);
    input->from = in.facts.counted_as;
    auto made = co_await in.tenancy.sessions().sign_in(std::move(*input), std::move(request));
    in.tenancy.sessions().count(made);
    if (!made) co_return made.error();
    auto out = json_response(201, encode(made->made, in.tenancy.clock().now()));
    out.headers.emplace_back("Set-Cookie", session_cookie(made->token, in.facts));
    co_return out;
}

answer sign_in_by_link(const call& in) {
    auto own = check_cookie_allowed(in.request, in.facts);
    if (own) own = check_sign_in_page(in.request, in.facts);
    if (!own) {
        note_unknown(in, own.error());
        co_return own.error();
    }
    auto token = decode_token(in.request.body);
    if (!token) co_return token.error();
    auto request = event_of_unknown(in);
    auto made =
        co_await in.tenancy.sessions().sign_in_by_link(std::move(*token), std::move(request));
    in.tenancy.sessions().count(made);
    if (!made) co_return made.error();
    auto out = json_response(201, encode(made->made, in.tenancy.clock().now()));
    out.headers.emplace_back("Set-Cookie", session_cookie(made->token, in.facts));
    co_return out;
}

answer get_current_session(const call& in) {
    const auto who = session_of(in);
    if (!who) co_return who.error();
    co_return json_response(200, encode(**who, in.tenancy.clock().now()));
}

answer list_sessions(const call& in) {
    const auto who = session_of(in);
    if (!who) co_return who.error();
    const auto page = read_page(in, in.by->team_id + '|' + in.by->id);
    if (!page) co_return page.error();
    auto rows = co_await in.tenancy.sessions().list(in.by->team_id, in.by->id, page->where);
    if (!rows) co_return rows.error();
    co_return list_response(*page, std::move(*rows),
                            [](const tenancy::session& row) { return encode(row); });
}

answer sign_out_everywhere(const call& in) {
    const auto who = session_of(in);
    if (!who) co_return who.error();
    std::string every;
    const auto ended = co_await in.tenancy.sessions().end(**who, std::move(every));
    if (!ended) co_return ended.error();
    co_return signed_out(in);
}

answer sign_out(const call& in) {
    const auto who = session_of(in);
    if (!who) co_return who.error();
    const auto ended = co_await in.tenancy.sessions().end(**who, (*who)->at.id);
    if (!ended) co_return ended.error();
    co_return signed_out(in);
}

answer delete_session(const call& in) {
    const auto who = session_of(in);
    if (!who) co_return who.error();
    const auto ended = co_await in.tenancy.sessions().end(**who, in.id(0));
    if (!ended) co_return ended.error();
    co_return no_content();
}

answer change_own_password(const call& in) {
    const auto who = session_of(in);
    if (!who) co_return who.error();
    auto input = decode_password_change(in.request.body);
    if (!input) co_return input.error();
    const auto changed = co_await in.tenancy.credentials().change_password(
        (*who)->who, (*who)->at.id, std::move(input->current), std::move(input->password));
    if (!changed) co_return changed.error();
    co_return no_content();
}

answer start_totp(const call& in) {
    const auto who = session_of(in);
    if (!who) co_return who.error();
    auto password = decode_own_password(in.request.body);
    if (!password) co_return password.error();
    const auto secret = co_await in.tenancy.credentials().start_totp((*who)->who, (*who)->at.id,
                                                                     std::move(*password));
    if (!secret) co_return secret.error();
    co_return json_response(200, encode_new_totp(*secret, (*who)->who));
}

answer confirm_totp(const call& in) {
    const auto who = session_of(in);
    if (!who) co_return who.error();
    auto code = decode_code(in.request.body);
    if (!code) co_return code.error();
    const auto codes = co_await in.tenancy.credentials().confirm_totp((*who)->who, (*who)->at.id,
                                                                      std::move(*code));
    if (!codes) co_return codes.error();
    co_return json_response(200, encode_new_codes(*codes));
}

answer end_totp(const call& in) {
    const auto who = session_of(in);
    if (!who) co_return who.error();
    auto password = decode_own_password(in.request.body);
    if (!password) co_return password.error();
    const auto right =
        co_await in.tenancy.credentials().check((*who)->who, (*who)->at.id, std::move(*password));
    if (!right) co_return right.error();
    const auto ended = co_await in.tenancy.credentials().end_totp(in.by->team_id, in.by->id);
    if (!ended) co_return ended.error();
    co_return no_content();
}

}  // namespace tollgate::admin
