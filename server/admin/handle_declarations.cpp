// The declarations of integrated accounts: shown, replaced, removed.
#include <utility>

#include "base/crypto.hpp"
#include "base/json_text.hpp"
#include "server/admin/handlers.hpp"
#include "server/admin/request_codec.hpp"
#include "tenancy/admin/declarations.hpp"

namespace tollgate::admin {

namespace {

void write_head(base::json_members& members, const storage::declarations_row& row) {
    members.text("integrated_account_id", row.account_id).number("version", row.version);
    if (row.version > 0)
        members.text("changed_by", row.changed_by)
            .text("changed_at", base::format_timestamp(row.changed_at));
}

std::string declarations_json(const storage::declarations_row& row) {
    std::string out = "{";
    base::json_members members{out};
    write_head(members, row);
    if (row.document.empty())
        members.raw("document", "null");
    else
        members.text("document", row.document);
    return out + '}';
}

// For the log of changes: the document is represented by its digest.
std::string noted_json(const storage::declarations_row& row) {
    std::string out = "{";
    base::json_members members{out};
    members.number("version", row.version);
    const auto digest = base::sha256(row.document);
    members.text("document_sha256",
                 row.document.empty() ? std::string{} : base::hex(base::as_view(digest)));
    return out + '}';
}

answer replace(const call& in, std::string document, std::optional<std::int64_t> version) {
    const auto before = co_await in.tenancy.declarations().get(in.by->team_id, in.id(0));
    if (!before) co_return before.error();
    const auto after =
        co_await in.tenancy.declarations().put(*in.by, in.id(0), std::move(document), version);
    if (!after) co_return after.error();
    note_change(in, noted_json(*before), noted_json(*after));
    co_return json_response(200, declarations_json(*after));
}

}  // namespace

answer get_declarations(const call& in) {
    const auto row = co_await in.tenancy.declarations().get(in.by->team_id, in.id(0));
    if (!row) co_return row.error();
    co_return json_response(200, declarations_json(*row));
}

answer put_declarations(const call& in) {
    auto input = decode_declarations(in.request.body);
    if (!input) co_return input.error();
    auto done = co_await replace(in, std::move(input->document), input->version);
    co_return done;
}

answer delete_declarations(const call& in) {
    std::string none;
    auto done = co_await replace(in, std::move(none), std::nullopt);
    co_return done;
}

}  // namespace tollgate::admin
