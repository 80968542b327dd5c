#include <charconv>
#include <utility>

#include "server/admin/handlers.hpp"
#include "server/admin/list_page.hpp"
#include "server/admin/request_codec.hpp"
#include "server/admin/response_codec.hpp"
#include "tenancy/admin/accounts.hpp"

namespace tollgate::admin {

answer create_account(const call& in) {
    auto input = decode_account(in.request.body);
    if (!input) co_return input.error();
    auto once = answer_once<tenancy::integrated_account>(
        in, 201, [](const tenancy::integrated_account& made) { return encode(made); });
    auto made = co_await in.tenancy.accounts().create(*in.by, std::move(*input), std::move(once));
    if (!made) co_return made.error();
    co_return json_response(201, encode(*made));
}

answer list_accounts(const call& in) {
    const auto query = parse_query(in.request.query, {"text", "limit", "cursor"});
    if (!query) co_return query.error();
    const auto found = query->find("text");
    std::string text = found == query->end() ? std::string{} : found->second;
    cursor_scope scope{in.tenancy.secrets(), in.by->team_id, in.request.path};
    const auto page = read_page(std::move(scope), *query);
    if (!page) co_return page.error();
    auto rows = co_await in.tenancy.accounts().list(in.by->team_id, std::move(text), page->where);
    if (!rows) co_return rows.error();
    co_return list_response(*page, std::move(*rows));
}

answer get_account(const call& in) {
    auto found = co_await in.tenancy.accounts().get(in.by->team_id, in.id(0));
    if (!found) co_return found.error();
    co_return json_response(200, encode(*found));
}

answer patch_account(const call& in) {
    auto change = decode_account_patch(in.request.body);
    if (!change) co_return change.error();
    const auto before = co_await in.tenancy.accounts().get(in.by->team_id, in.id(0));
    if (!before) co_return before.error();
    auto changed =
        co_await in.tenancy.accounts().patch(in.by->team_id, in.id(0), std::move(*change));
    if (!changed) co_return changed.error();
    std::string shown = encode(*changed);
    note_change(in, encode(*before), shown);
    co_return json_response(200, std::move(shown));
}

namespace {

// "?expect=12&reason=leaked"; without `expect`, no servers are expected.
base::result<mass_input> removal_of(const query_values& query) {
    mass_input out;
    if (const auto reason = query.find("reason"); reason != query.end())
        out.reason = reason->second;
    const auto expect = query.find("expect");
    if (expect == query.end()) return out;
    const std::string& text = expect->second;
    const auto done = std::from_chars(text.data(), text.data() + text.size(), out.expect);
    if (done.ec == std::errc{} && done.ptr == text.data() + text.size() && out.expect >= 0)
        return out;
    return base::invalid("not_a_number", "expect is a whole number of MCP servers", "expect");
}

}  // namespace

answer delete_account(const call& in) {
    const auto query = parse_query(in.request.query, {"expect", "reason"});
    if (!query) co_return query.error();
    auto input = removal_of(*query);
    if (!input) co_return input.error();
    auto removed = co_await in.tenancy.accounts().remove(*in.by, in.id(0), input->expect,
                                                         std::move(input->reason));
    if (!removed) co_return removed.error();
    co_return json_response(200, encode_deleted(in.id(0), input->expect));
}

namespace {

answer switch_writes(const call& in, tenancy::writes to) {
    const auto before = co_await in.tenancy.accounts().get(in.by->team_id, in.id(0));
    if (!before) co_return before.error();
    auto changed = co_await in.tenancy.accounts().set_writes(*in.by, in.id(0), to);
    if (!changed) co_return changed.error();
    note_change(in, encode(*before), encode(*changed));
    co_return json_response(200, encode(*changed));
}

}  // namespace

answer freeze_account(const call& in) {
    return switch_writes(in, tenancy::writes::off);
}

answer unfreeze_account(const call& in) {
    return switch_writes(in, tenancy::writes::on);
}

answer verify_account(const call& in) {
    const auto account = co_await in.tenancy.accounts().get(in.by->team_id, in.id(0));
    if (!account) co_return account.error();
    const auto reviewed = co_await in.tenancy.accounts().review(*in.by, in.id(0));
    if (!reviewed) co_return reviewed.error();
    co_return json_response(200, encode(*reviewed, account->mode));
}

}  // namespace tollgate::admin
