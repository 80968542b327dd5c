#include <utility>

#include "server/admin/handlers.hpp"
#include "server/admin/list_page.hpp"
#include "server/admin/response_codec.hpp"
#include "tenancy/admin/servers.hpp"
#include "tenancy/oauth/authorizations.hpp"

namespace tollgate::admin {

answer list_authorizations(const call& in) {
    const auto page = read_page(in, in.by->team_id);
    if (!page) co_return page.error();
    const auto server = co_await in.tenancy.servers().get(in.by->team_id, in.id(0), in.id(1));
    if (!server) co_return server.error();
    auto rows = co_await in.tenancy.authorizations().list(in.by->team_id, in.id(1), page->where);
    if (!rows) co_return rows.error();
    co_return list_response(*page, std::move(*rows));
}

answer delete_authorization(const call& in) {
    const auto server = co_await in.tenancy.servers().get(in.by->team_id, in.id(0), in.id(1));
    if (!server) co_return server.error();
    auto revoked = co_await in.tenancy.authorizations().revoke(in.by->team_id, in.id(1), in.id(2));
    if (!revoked) co_return revoked.error();
    co_return no_content();
}

}  // namespace tollgate::admin
