#include "tenancy/admin/person_servers.hpp"

#include <algorithm>
#include <utility>

#include "base/crash_point.hpp"
#include "tenancy/admin/suspension.hpp"

namespace tollgate::tenancy {

namespace {

using base::awaitable;
using base::result;

constexpr std::size_t person_batch = 500;  // other writers get their turn between two batches
constexpr std::size_t person_text_max = 200;

base::failure person_count_differs(std::int64_t found, std::int64_t expected) {
    return base::fail(base::errc::conflict, "count_differs",
                      "expect is " + std::to_string(expected) + ", but this concerns " +
                          std::to_string(found) +
                          " MCP servers; nothing was done. GET shows which they are");
}

}  // namespace

storage::server_search server_person::search() const {
    storage::server_search out;
    out.holder = holder;
    out.created_by = created_by;
    out.unrevoked = true;
    return out;
}

bool server_person::includes(std::string_view holder_of, std::string_view created_by_of) const {
    return holder.empty() ? created_by_of == created_by : holder_of == holder;
}

result<> check_person(const server_person& person) {
    const bool one = person.holder.empty() != person.created_by.empty();
    if (one && person.holder.size() + person.created_by.size() <= person_text_max) return {};
    return base::invalid("invalid_person",
                         "name one person: either holder, exactly as the MCP servers have it, or "
                         "created_by, a per_… or key_… id; at most 200 bytes",
                         person.holder.empty() ? "created_by" : "holder");
}

awaitable<result<std::vector<person_servers::place>>> person_servers::places(
    server_person person) const {
    const auto named = check_person(person);
    if (!named) co_return named.error();
    std::vector<place> out;
    storage::page where;
    where.limit = person_batch;
    for (;;) {
        auto what = person.search();
        auto rows = co_await env_.store.search_servers(person.team_id, std::move(what), where);
        if (!rows) co_return rows.error();
        for (const auto& row : *rows)
            if (person.includes(row.holder, row.created_by))
                out.push_back({row.account_id, row.id});
        if (rows->size() < where.limit) co_return out;
        where.before = rows->back().created_at;
        where.before_id = rows->back().id;
    }
}

awaitable<result<std::int64_t>> person_servers::count(server_person person) const {
    const auto found = co_await places(std::move(person));
    if (!found) co_return found.error();
    co_return std::ssize(*found);
}

// One transaction. Returns what to wait for before the change is acknowledged.
awaitable<result<change_feed::announced>> person_servers::commit(std::string team_id,
                                                                 std::vector<place> batch,
                                                                 effect wanted) {
    const base::timestamp now = env_.clock.now();
    std::vector<storage::change> changes;
    std::vector<std::string> ids;
    for (auto& one : batch) {
        ids.push_back(one.id);
        if (wanted == effect::revoke)
            changes.emplace_back(
                storage::revoke_server{team_id, std::move(one.account_id), one.id, now});
        else
            changes.emplace_back(storage::suspend{team_id, std::move(one.account_id), one.id, now,
                                                  std::make_shared<std::vector<std::string>>(),
                                                  changes_.origin()});
    }
    const auto kind = wanted == effect::revoke ? storage::logged_kind::server_revoked
                                               : storage::logged_kind::server_changed;
    auto announced = changes_.announce(changes, kind, ids);
    const auto stored = co_await env_.store.commit(std::move(changes));
    base::crash_point("person_servers.after_commit");
    // Even if the commit failed: its outcome is unknown, and reading the store again is always
    // safe.
    const auto event = !stored                    ? server_change::changed
                       : wanted == effect::revoke ? server_change::revoked
                                                  : server_change::suspended;
    grants_.servers_changed(ids, event);
    if (!stored) co_return stored.error();
    co_return announced;
}

awaitable<result<std::int64_t>> person_servers::act(const api_key& by, person_action what,
                                                    effect wanted) {
    if (what.reason.empty())
        co_return base::invalid("reason_missing", "say why in 'reason': it is written to the log",
                                "reason");
    const auto reasoned = check_reason(what.reason);
    if (!reasoned) co_return reasoned.error();
    const auto found = co_await places(what.person);
    if (!found) co_return found.error();
    if (std::ssize(*found) != what.expect)
        co_return person_count_differs(std::ssize(*found), what.expect);
    change_feed::announced last;
    for (std::size_t done = 0; done < found->size(); done += person_batch) {
        const auto begin = found->begin() + static_cast<std::ptrdiff_t>(done);
        const auto size = std::min(person_batch, found->size() - done);
        std::vector<place> batch(begin, begin + static_cast<std::ptrdiff_t>(size));
        auto committed = co_await commit(what.person.team_id, std::move(batch), wanted);
        if (!committed) co_return committed.error();
        last = std::move(*committed);
    }
    // An instance that has applied the last entry has also applied those before it.
    if (!found->empty()) co_await changes_.settled(std::move(last));
    log(by, what, wanted, std::ssize(*found));
    co_return std::ssize(*found);
}

void person_servers::log(const api_key& by, const person_action& what, effect wanted,
                         std::int64_t count) const {
    env_.log.warning(wanted == effect::revoke ? "servers_revoked" : "suspended",
                     {{"team", what.person.team_id},
                      {"holder", what.person.holder},
                      {"made_by", what.person.created_by},
                      {"key", by.id},
                      {"reason", what.reason},
                      {"count", count}});
}

awaitable<result<std::int64_t>> person_servers::suspend(const api_key& by, person_action what) {
    return act(by, std::move(what), effect::suspend);
}

awaitable<result<std::int64_t>> person_servers::revoke(const api_key& by, person_action what) {
    return act(by, std::move(what), effect::revoke);
}

}  // namespace tollgate::tenancy
