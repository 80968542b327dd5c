// People of a team: invited, shown, changed, removed. Their own calls: handle_sessions.
#include <utility>

#include "server/admin/handlers.hpp"
#include "server/admin/list_page.hpp"
#include "server/admin/people_codec.hpp"
#include "tenancy/people/credentials.hpp"
#include "tenancy/people/people.hpp"
#include "tenancy/people/sessions.hpp"

namespace tollgate::admin {

namespace {

tenancy::answer_writer<tenancy::invited_person> invitation_answer(const call& in) {
    const std::string url{in.facts.base_url};
    return answer_once<tenancy::invited_person>(
        in, 201, [url](const tenancy::invited_person& made) { return encode_new(made, url); });
}

}  // namespace

answer invite_person(const call& in) {
    auto input = decode_person(in.request.body);
    if (!input) co_return input.error();
    auto once = invitation_answer(in);
    auto made = co_await in.tenancy.people().invite(*in.by, std::move(*input), std::move(once));
    if (!made) co_return made.error();
    note_change(in, "{}", encode(made->who));
    co_return json_response(201, encode_new(*made, in.facts.base_url));
}

answer invite_person_again(const call& in) {
    auto once = invitation_answer(in);
    auto made =
        co_await in.tenancy.people().invite_again(in.by->team_id, in.id(0), std::move(once));
    if (!made) co_return made.error();
    co_return json_response(201, encode_new(*made, in.facts.base_url));
}

answer list_people(const call& in) {
    const auto page = read_page(in, in.by->team_id);
    if (!page) co_return page.error();
    auto rows = co_await in.tenancy.people().list(in.by->team_id, page->where);
    if (!rows) co_return rows.error();
    co_return list_response(*page, std::move(*rows),
                            [](const tenancy::person& row) { return encode(row); });
}

// Requires the first API key, which nobody created. Otherwise a person could sign in as another one
// who approves, with a key that the person created, directly or through other keys.
answer make_sign_in_link(const call& in) {
    if (in.session || !in.by->created_by.empty())
        co_return base::fail(base::errc::forbidden, "first_key_needed",
                             "a sign-in link is made with the first API key of the gateway, not by "
                             "a person or with a key that somebody made: they could sign in as "
                             "another person");
    const auto made = co_await in.tenancy.sessions().make_link(in.by->team_id, in.id(0));
    if (!made) co_return made.error();
    co_return json_response(201, encode(*made));
}

answer get_person(const call& in) {
    const auto found = co_await in.tenancy.people().get(in.by->team_id, in.id(0));
    if (!found) co_return found.error();
    co_return json_response(200, encode(*found));
}

answer patch_person(const call& in) {
    auto patch = decode_person_patch(in.request.body);
    if (!patch) co_return patch.error();
    const auto before = co_await in.tenancy.people().get(in.by->team_id, in.id(0));
    if (!before) co_return before.error();
    const auto after =
        co_await in.tenancy.people().patch(in.by->team_id, in.id(0), std::move(*patch));
    if (!after) co_return after.error();
    note_change(in, encode(*before), encode(*after));
    co_return json_response(200, encode(*after));
}

answer delete_person(const call& in) {
    const auto removed = co_await in.tenancy.people().remove(in.by->team_id, in.id(0));
    if (!removed) co_return removed.error();
    co_return no_content();
}

answer sign_out_person(const call& in) {
    const auto ended = co_await in.tenancy.people().sign_out(in.by->team_id, in.id(0));
    if (!ended) co_return ended.error();
    co_return no_content();
}

// For a person who lost their device and their recovery codes. Afterwards the password alone is
// enough to sign in, so existing sessions end, which makes the person notice.
answer reset_person_totp(const call& in) {
    const auto reset = co_await in.tenancy.credentials().reset_totp(in.by->team_id, in.id(0));
    if (!reset) co_return reset.error();
    co_return no_content();
}

}  // namespace tollgate::admin
