// Compares what an account's key may do with what its MCP servers need.
#include <utility>

#include "storage/changes/accounts.hpp"
#include "storage/changes/key_checks.hpp"
#include "tenancy/admin/accounts.hpp"
#include "tenancy/grants/open_account.hpp"
#include "tenancy/rules/server_config.hpp"

namespace tollgate::tenancy {

using base::awaitable;
using base::result;

namespace {

constexpr std::size_t servers_a_read = 100;

bool is_active(const storage::server_row& row, base::timestamp now) {
    return !row.revoked_at && !row.expired_at && (!row.expires_at || now < *row.expires_at);
}

}  // namespace

awaitable<result<std::vector<tool_filter>>> accounts::active_filters(std::string team_id,
                                                                     std::string id) {
    std::vector<tool_filter> out;
    storage::page where;
    where.limit = servers_a_read;
    for (;;) {
        auto rows = co_await env_.store.list_servers(team_id, id, where);
        if (!rows) co_return rows.error();
        for (const auto& row : *rows) {
            if (!is_active(row, env_.clock.now())) continue;
            const auto config = decode_config(row.config);
            if (!config) co_return config.error();
            out.push_back(filter_of(*config));
        }
        if (rows->size() < servers_a_read) co_return out;
        where.before = rows->back().created_at;
        where.before_id = rows->back().id;
    }
}

// Clears the mark of an earlier refusal. The commit fails if the account was changed in the
// meantime, because the review then says nothing about its current credential.
awaitable<> accounts::note_accepted(storage::account_row row) {
    if (!row.needs_reauth_at) co_return;
    const std::string id = row.id;
    row.needs_reauth_at.reset();
    row.updated_at = env_.clock.now();
    std::vector<storage::change> changes{storage::replace_account{std::move(row)}};
    const auto stored = co_await env_.store.commit(std::move(changes));
    grants_.account_state_changed(id);
    if (!stored)
        env_.log.warning("needs_reauth_not_cleared",
                         {{"account", id}, {"reason", stored.error().message}});
}

// Stores what was found, unless the account was changed in the meantime.
awaitable<> accounts::note_check(storage::account_row row) {
    std::vector<storage::change> changes{storage::note_key_check{
        {row.team_id, row.id}, row.version, *row.key_checked_at, row.key_check}};
    const auto stored = co_await env_.store.commit(std::move(changes));
    if (!stored)
        env_.log.warning("key_check_not_stored",
                         {{"account", row.id}, {"reason", stored.error().message}});
}

awaitable<result<key_review>> accounts::review_of(std::string team_id, std::string id) {
    if (verifier_ == nullptr)
        co_return base::fail(base::errc::unavailable, "verify_unavailable",
                             "this gateway cannot ask Stripe now");
    auto row = co_await env_.store.find_account(team_id, id);
    if (!row) co_return row.error();
    if (!*row)
        co_return base::fail(base::errc::not_found, "not_found", "no such integrated account");
    if (!(*row)->service_url.empty()) co_return no_verification();
    const auto access = open_account(env_.secrets, **row);
    if (!access) co_return access.error();
    auto filters = co_await active_filters(team_id, id);
    if (!filters) co_return filters.error();
    auto reviewed = co_await verifier_->review(*access, std::move(*filters));
    if (!reviewed || reviewed->state == key_state::unknown) co_return reviewed;
    (*row)->key_checked_at = env_.clock.now();
    (*row)->key_check = encode_key_check(*reviewed);
    co_await note_check(**row);
    if (reviewed->state == key_state::needs_reauth) refused_.rejected(*access);
    if (reviewed->state == key_state::active) co_await note_accepted(std::move(**row));
    co_return reviewed;
}

awaitable<result<key_review>> accounts::review(const api_key& by, std::string id) {
    auto reviewed = co_await review_of(by.team_id, id);
    if (!reviewed) co_return reviewed;
    env_.log.info("key_reviewed",
                  {{"team", by.team_id},
                   {"account", id},
                   {"key", by.id},
                   {"requests", static_cast<std::int64_t>(reviewed->requests)},
                   {"beyond_need", static_cast<std::int64_t>(reviewed->beyond_need.size())}});
    co_return reviewed;
}

awaitable<result<>> accounts::check_key(std::string team_id, std::string id) {
    const auto found = co_await review_of(team_id, id);
    if (!found) co_return found.error();
    if (found->state == key_state::unknown)
        co_return base::fail(base::errc::unavailable, "not_answered", "Stripe did not answer");
    env_.log.info("key_checked", {{"team", team_id},
                                  {"account", id},
                                  {"status", to_string(found->state)},
                                  {"requests", static_cast<std::int64_t>(found->requests)},
                                  {"missing", static_cast<std::int64_t>(found->missing.size())}});
    co_return result<>{};
}

}  // namespace tollgate::tenancy
