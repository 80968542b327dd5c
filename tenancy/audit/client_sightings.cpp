#include "tenancy/audit/client_sightings.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>
#include <optional>
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

constexpr std::size_t rows_at_once = 256;  // so that other writers get their turn

// True if the client got as far as a message that was served, at that time or later.
bool served_since(const mcp_client_row& client, base::timestamp at) {
    return std::ranges::any_of(
        std::array{client.discovered_at, client.listed_at, client.called_at},
        [at](const std::optional<base::timestamp>& one) { return one && *one >= at; });
}

}  // namespace

client_sightings::waiting_client* client_sightings::entry_of(const client_sighting& seen,
                                                             const std::string& client) {
    if (const auto server = servers_.find(seen.server_id); server != servers_.end()) {
        clients_by_name& clients = server->second;
        if (const auto found = clients.find(client); found != clients.end()) return &found->second;
        if (clients.size() >= storage::clients_of_server_max) {
            clients.erase(std::ranges::min_element(
                clients, {}, [](const auto& one) { return one.second.sighting; }));
            --waiting_;
        }
    }
    if (waiting_ >= waiting_max) return nullptr;
    ++waiting_;
    waiting_client& made = servers_[std::string{seen.server_id}][client];
    made.row.team_id = seen.team_id;
    made.row.server_id = seen.server_id;
    made.row.client = client;
    made.row.first_seen_at = env_.clock.now();
    return &made;
}

// Two calls that share a place only note more often than needed.
bool client_sightings::is_new_call(const client_sighting& seen) noexcept {
    constexpr std::chrono::minutes noted_every{10};
    const auto mix = [](std::uint64_t into, std::uint64_t part) {
        constexpr std::uint64_t golden = 0x9E3779B97F4A7C15;
        return (into ^ part) * golden;
    };
    auto key = static_cast<std::uint64_t>(env_.clock.now().time_since_epoch() / noted_every);
    for (const std::string_view part : {seen.server_id, seen.client, seen.network})
        key = mix(key, std::hash<std::string_view>{}(part));
    const std::uint64_t place = mix(0, std::hash<std::string_view>{}(seen.server_id) ^
                                           std::hash<std::string_view>{}(seen.client));
    auto& at = calls_.at((place >> 32) % calls_.size());
    if (at.load(std::memory_order_relaxed) == key) return false;
    at.store(key, std::memory_order_relaxed);
    return true;
}

void client_sightings::note(const client_sighting& seen) {
    const base::timestamp now = env_.clock.now();
    const std::string client = stored_text(seen.client.empty() ? unnamed_client : seen.client);
    const std::lock_guard lock{mutex_};
    waiting_client* const entry = entry_of(seen, client);
    if (entry == nullptr) return;
    entry->sighting = ++sightings_;
    mcp_client_row& row = entry->row;
    row.last_seen_at = now;
    if (!seen.title.empty()) row.title = stored_text(seen.title);
    if (!seen.era.empty()) row.era = seen.era;
    if (!seen.network.empty()) row.network = seen.network;
    if (seen.step == client_step::discovered) row.discovered_at = now;
    if (seen.step == client_step::listed) row.listed_at = now;
    if (seen.step == client_step::called) row.called_at = now;
    if (seen.step != client_step::refused) return;
    row.refused_at = now;
    row.refused_status = seen.status;
}

std::vector<client_sightings::waiting_client> client_sightings::waiting_of(
    const std::string& server_id) {
    std::vector<waiting_client> out;
    const std::lock_guard lock{mutex_};
    for (const auto& [server, clients] : servers_)
        if (server_id.empty() || server == server_id)
            for (const auto& [name, client] : clients) out.push_back(client);
    return out;
}

void client_sightings::forget(const std::vector<waiting_client>& stored) {
    const std::lock_guard lock{mutex_};
    for (const waiting_client& one : stored) {
        const auto server = servers_.find(one.row.server_id);
        if (server == servers_.end()) continue;
        const auto found = server->second.find(one.row.client);
        // Seen again meanwhile: stored the next time.
        if (found == server->second.end() || found->second.sighting != one.sighting) continue;
        server->second.erase(found);
        --waiting_;
        if (server->second.empty()) servers_.erase(server);
    }
}

awaitable<result<>> client_sightings::flush(std::string server_id) {
    const auto waiting = waiting_of(server_id);
    for (std::size_t begin = 0; begin < waiting.size(); begin += rows_at_once) {
        const std::vector<waiting_client> part(
            waiting.begin() + static_cast<std::ptrdiff_t>(begin),
            waiting.begin() +
                static_cast<std::ptrdiff_t>(std::min(begin + rows_at_once, waiting.size())));
        storage::note_clients noted;
        for (const waiting_client& one : part) noted.rows.push_back(one.row);
        std::vector<storage::change> changes{std::move(noted)};
        auto stored = co_await env_.store.commit(std::move(changes));
        if (!stored) co_return stored;
        forget(part);
    }
    co_return result<>{};
}

awaitable<result<std::vector<mcp_client_row>>> client_sightings::list(std::string team_id,
                                                                      std::string server_id) {
    const auto flushed = co_await flush(server_id);
    if (!flushed) env_.log.warning("clients_not_written", {{"reason", flushed.error().message}});
    auto rows = co_await env_.store.list_mcp_clients(std::move(team_id), std::move(server_id));
    if (!rows) co_return rows;
    std::erase_if(*rows, [&rows](const mcp_client_row& one) {
        if (one.client != unidentified_client || !one.refused_at) return false;
        return std::ranges::any_of(*rows, [&one](const mcp_client_row& other) {
            return served_since(other, *one.refused_at);
        });
    });
    co_return rows;
}

}  // namespace tollgate::tenancy
