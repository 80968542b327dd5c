// Which clients were seen at MCP servers, and what they did there besides calls, which the audit
// log has.
#pragma once
#include <array>
#include <atomic>
#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "base/async.hpp"
#include "base/result.hpp"
#include "storage/client_rows.hpp"
#include "tenancy/environment.hpp"

namespace tollgate::tenancy {

// The revisions of MCP, as storage::mcp_client_row has them.
namespace client_era {
inline constexpr std::string_view modern = "2026-07-28";
inline constexpr std::string_view legacy = "2025";
}  // namespace client_era

// What a client without a name is called.
inline constexpr std::string_view unnamed_client = "unknown";
// The name of all clients that were refused without a credential: the names that they state are not
// proven, and must not displace those of other clients.
inline constexpr std::string_view unidentified_client = "not signed in";

enum class client_step : std::uint8_t {
    discovered,  // initialize or server/discover
    listed,      // tools/list
    called,      // tools/call: only for the network, because the audit log has the call
    refused,     // by HTTP, whatever it wanted
};

struct client_sighting {
    std::string_view team_id;
    std::string_view server_id;
    std::string_view client;  // as audit records name it
    std::string_view title{};
    std::string_view era{};
    client_step step = client_step::discovered;
    int status = 0;              // of a refusal
    std::string_view network{};  // where the message came from; or empty
};

// Sightings are kept in memory until the next flush(). Delivery is best effort: of an MCP server,
// those seen last are kept; of more than `waiting_max` between two flushes, and at the end of a
// process, some are lost. Any thread.
class client_sightings {
public:
    static constexpr std::size_t waiting_max = 4'096;

    // `env` lives as long as this object.
    explicit client_sightings(const environment& env) : env_(env) {}

    // Does not block.
    void note(const client_sighting& seen);

    // True for a call of a client from a network from which it has not called in the last minutes,
    // or not among the newest; the caller then notes it. Takes no lock.
    bool is_new_call(const client_sighting& seen) noexcept;

    // Stores what was noted, of one MCP server or (empty) of all. Fails with errc::unavailable; it
    // is kept for the next time then.
    base::awaitable<base::result<>> flush(std::string server_id = {});

    // Those seen last first, including what is not stored yet, unless it cannot be stored now. The
    // unidentified are left out once a client got further after them.
    base::awaitable<base::result<std::vector<storage::mcp_client_row>>> list(std::string team_id,
                                                                             std::string server_id);

private:
    struct waiting_client {
        storage::mcp_client_row row;
        std::uint64_t sighting = 0;  // the newest one's number
    };
    using clients_by_name = std::map<std::string, waiting_client, std::less<>>;

    // The entry of a client, with a place made for it; null if too many wait.
    waiting_client* entry_of(const client_sighting& seen, const std::string& client);
    std::vector<waiting_client> waiting_of(const std::string& server_id);
    void forget(const std::vector<waiting_client>& stored);

    const environment& env_;
    std::array<std::atomic<std::uint64_t>, 1'024> calls_{};  // what is_new_call() has seen
    std::mutex mutex_;
    std::map<std::string, clients_by_name, std::less<>> servers_;
    std::size_t waiting_ = 0;
    std::uint64_t sightings_ = 0;
};

}  // namespace tollgate::tenancy
