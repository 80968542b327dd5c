#include "tenancy/audit/client_sightings.hpp"

#include <algorithm>
#include <utility>

#include "base/json_text.hpp"
#include "storage/changes/clients.hpp"
#include "tenancy/audit/storable_text.hpp"

namespace tollgate::tenancy {

namespace {

using base::awaitable;
using base::result;
using storage::mcp_client_row;

constexpr std::size_t client_text_max = 200;

std::string stored_text(std::string_view given) {
    return std::string{base::clipped_text(storable(std::string{given}), client_text_max)};
}

}  // namespace

void client_sightings::note(const client_sighting& seen) {
    const base::timestamp now = env_.clock.now();
    std::string client = stored_text(seen.client.empty() ? unnamed_client : seen.client);
    const std::lock_guard lock{mutex_};
    const auto place = std::tuple{std::string{seen.server_id}, client};
    auto found = waiting_.find(place);
    if (found == waiting_.end()) {
        if (waiting_.size() >= waiting_max) return;
        mcp_client_row row;
        row.team_id = seen.team_id;
        row.server_id = seen.server_id;
        row.client = std::move(client);
        row.first_seen_at = now;
        found = waiting_.emplace(place, std::move(row)).first;
    }
    mcp_client_row& row = found->second;
    row.last_seen_at = now;
    if (!seen.title.empty()) row.title = stored_text(seen.title);
    if (!seen.era.empty()) row.era = seen.era;
    if (seen.step == client_step::discovered) row.discovered_at = now;
    if (seen.step == client_step::listed) row.listed_at = now;
    if (seen.step != client_step::refused) return;
    row.refused_at = now;
    row.refused_status = seen.status;
}

awaitable<result<>> client_sightings::flush() {
    storage::note_clients noted;
    {
        const std::lock_guard lock{mutex_};
        for (auto& [place, row] : waiting_) noted.rows.push_back(row);
    }
    if (noted.rows.empty()) co_return result<>{};
    const auto rows = noted.rows;
    std::vector<storage::change> changes{std::move(noted)};
    auto stored = co_await env_.store.commit(std::move(changes));
    if (!stored) co_return stored;
    const std::lock_guard lock{mutex_};
    for (const mcp_client_row& row : rows) {
        const auto found = waiting_.find(std::tuple{row.server_id, row.client});
        // Seen again meanwhile: stored the next time.
        if (found != waiting_.end() && found->second.last_seen_at == row.last_seen_at)
            waiting_.erase(found);
    }
    co_return stored;
}

awaitable<result<std::vector<mcp_client_row>>> client_sightings::list(std::string team_id,
                                                                      std::string server_id) {
    const auto flushed = co_await flush();
    if (!flushed) co_return flushed.error();
    auto rows = co_await env_.store.list_mcp_clients(std::move(team_id), std::move(server_id));
    co_return rows;
}

}  // namespace tollgate::tenancy
