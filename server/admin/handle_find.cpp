#include <map>
#include <utility>

#include "server/admin/addresses.hpp"
#include "server/admin/handlers.hpp"
#include "server/admin/list_page.hpp"
#include "server/admin/request_codec.hpp"
#include "server/admin/response_codec.hpp"
#include "tenancy/admin/servers.hpp"
#include "tenancy/admin/token_finder.hpp"
#include "tenancy/secrets/vault.hpp"

namespace tollgate::admin {

namespace {

constexpr std::size_t search_bytes_max = 8192;  // the longest token is an access token

using base::result;

result<> check_length(std::string_view text, std::string_view field) {
    if (text.size() <= search_bytes_max) return {};
    return base::invalid("too_long", std::string{field} + " has at most 8192 bytes",
                         std::string{field});
}

result<storage::server_search> search_of(const find_input& input) {
    for (const auto& [text, field] :
         {std::pair{&input.token, "token"}, std::pair{&input.prefix, "prefix"},
          std::pair{&input.name, "name"}, std::pair{&input.created_by, "created_by"},
          std::pair{&input.holder, "holder"}}) {
        const auto good = check_length(*text, field);
        if (!good) return good.error();
    }
    storage::server_search out;
    if (!input.prefix.empty()) {
        auto prefix = tenancy::prefix_in(input.prefix);
        if (!prefix) return prefix.error();
        out.prefix = std::move(*prefix);
    }
    out.part = input.name;
    out.created_by = input.created_by;
    out.holder = input.holder;
    if (!input.expires_before.empty()) {
        out.expires_before = base::parse_timestamp(input.expires_before);
        if (!out.expires_before)
            return base::invalid("invalid_time",
                                 "expires_before must be a time with an offset, as "
                                 "2026-12-31T23:59:59Z; in an address, a + is written %2B",
                                 "expires_before");
    }
    if (!input.exception.empty() && input.exception != "open")
        return base::invalid("unknown_value", "exception may be: open", "exception");
    out.excepted = !input.exception.empty();
    const bool alone = (input.prefix + input.name + input.created_by + input.holder +
                        input.expires_before + input.exception)
                           .empty();
    if (input.token.empty() || alone) return out;
    return base::invalid("token_stands_alone",
                         "token finds one thing: send it without prefix, name, created_by, "
                         "holder, expires_before and exception",
                         "token");
}

answer find_by_token(const call& in, std::string text) {
    auto known = co_await in.tenancy.token_finder().identify(in.by->team_id, std::move(text));
    if (!known) co_return known.error();
    std::vector<tenancy::mcp_server> rows;
    if (!known->server_id.empty()) {
        auto row =
            co_await in.tenancy.servers().get(in.by->team_id, known->account_id, known->server_id);
        if (!row) co_return row.error();
        rows.push_back(std::move(*row));
    }
    const auto items = co_await encode_rows(in, std::move(rows));
    if (!items) co_return items.error();
    co_return json_response(200, encode_found(*items, {}, *known));
}

answer find(const call& in, find_input input, const query_values& paging) {
    auto what = search_of(input);
    if (!what) co_return what.error();
    if (!input.token.empty()) co_return co_await find_by_token(in, std::move(input.token));
    cursor_scope scope{in.tenancy.secrets(), in.by->team_id, addresses::mcp};
    const auto page = read_page(std::move(scope), paging);
    if (!page) co_return page.error();
    const bool by_exception = what->excepted;
    auto rows = co_await in.tenancy.servers().search(in.by->team_id, std::move(*what), page->where);
    if (!rows) co_return rows.error();
    const std::string next = next_cursor(*page, *rows);
    // The store also finds those whose exceptions have all ended by themselves.
    if (by_exception)
        std::erase_if(*rows, [](const auto& server) { return server.exceptions.empty(); });
    const auto items = co_await encode_rows(in, std::move(*rows));
    if (!items) co_return items.error();
    co_return json_response(200, encode_found(*items, next, {}));
}

std::string value_of(const query_values& query, std::string_view name) {
    const auto found = query.find(name);
    return found == query.end() ? std::string{} : found->second;
}

constexpr std::initializer_list<std::string_view> paging_words{"limit", "cursor"};

}  // namespace

base::awaitable<result<std::vector<std::string>>> encode_rows(
    const call& in, std::vector<tenancy::mcp_server> rows) {
    std::map<std::string, listing_place> accounts;
    std::vector<std::string> out;
    for (const auto& row : rows) {
        auto known = accounts.find(row.account_id);
        if (known == accounts.end()) {
            auto at = co_await listing_of_account(in, row.team_id, row.account_id);
            if (!at && at.error().kind == base::errc::not_found) continue;  // removed just now
            if (!at) co_return at.error();
            known = accounts.emplace(row.account_id, std::move(*at)).first;
        }
        out.push_back(encode(row, list_of(row, known->second), in.facts.base_url));
    }
    co_return out;
}

answer find_servers(const call& in) {
    const auto query =
        parse_query(in.request.query, {"token", "prefix", "name", "created_by", "holder",
                                       "expires_before", "exception", "limit", "cursor"});
    if (!query) co_return query.error();
    find_input input{value_of(*query, "token"),    value_of(*query, "prefix"),
                     value_of(*query, "name"),     value_of(*query, "created_by"),
                     value_of(*query, "holder"),   value_of(*query, "expires_before"),
                     value_of(*query, "exception")};
    co_return co_await find(in, std::move(input), *query);
}

answer find_servers_by_body(const call& in) {
    const auto query = parse_query(in.request.query, paging_words);
    if (!query) co_return query.error();
    auto input = decode_find(in.request.body);
    if (!input) co_return input.error();
    co_return co_await find(in, std::move(*input), *query);
}

answer revoke_token(const call& in) {
    auto token = decode_token(in.request.body);
    if (!token) co_return token.error();
    const auto good = check_length(token->reveal(), "token");
    if (!good) co_return good.error();
    std::string text{token->reveal()};
    const auto ended = co_await in.tenancy.token_finder().end(*in.by, std::move(text));
    if (!ended) co_return ended.error();
    co_return json_response(200, encode(*ended));
}

}  // namespace tollgate::admin
