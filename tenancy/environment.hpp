// The shared dependencies of this room. Built once by the registry; the references live as long as
// the registry.
#pragma once
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/log.hpp"
#include "storage/record_store.hpp"
#include "tenancy/rules/cache_lease.hpp"
#include "tenancy/rules/declared_tools.hpp"
#include "tenancy/rules/service_hosts.hpp"
#include "tenancy/rules/tool_directory.hpp"
#include "tenancy/secrets/token_hasher.hpp"
#include "tenancy/secrets/vault.hpp"

namespace tollgate::storage {
class external_orders;
}

namespace tollgate::tenancy {

struct tenancy_limits {
    std::int64_t api_keys_per_team = 100;
    std::int64_t accounts_per_team = 1000;
    bool live_accounts = true;                // false while the sandbox replaces Stripe
    service_hosts services{};                 // the hosts that accounts of other services may use
    std::int64_t servers_per_account = 1000;  // not counting revoked ones
    std::size_t cached_grants = 10'000;
    std::size_t cached_api_keys = 10'000;
    std::chrono::milliseconds usage_flush_every{5000};
    std::chrono::milliseconds key_check_every{24 * 3'600'000};  // of an account; 0: never
    // Defaults for an MCP server created without them: words of config.methods (empty: every tool),
    // and its lifetime (zero: it does not expire).
    std::vector<std::string> default_methods{};
    std::chrono::seconds default_expiry{0};
};

struct environment {
    storage::record_store& store;
    const base::clock& clock;
    base::logger& log;
    vault secrets;
    token_hasher hasher;
    const tool_directory& tools;
    tenancy_limits limits;
    // While the lease holds, cached values are current; otherwise the store must be asked.
    std::shared_ptr<cache_lease> lease = std::make_shared<cache_lease>(cache_lease::for_ever);
    // Null: no account has its orders in an external database.
    storage::external_orders* external_orders = nullptr;
    // Reads the declarations of accounts; if it is null, there can be none.
    const declaration_reader* declarations = nullptr;
};

// The two states of a freeze: `on` is normal, `off` allows reads only.
enum class writes : std::uint8_t { on, off };

// Makes the stored answer of an Idempotency-Key from what a call created. The answer is committed
// in the same transaction, so that a crash cannot separate them. An empty function means that no
// key was sent. If an answer is already stored (two equal requests at once), the call fails with
// conflict "replay_exists" and nothing is created.
template <typename Created>
using answer_writer = std::function<storage::replay_row(const Created&)>;

// Checks a name given by a user: 1 to 200 bytes, no control characters. Failure: "invalid_name".
base::result<> check_name(std::string_view name, std::string_view field = "name");

}  // namespace tollgate::tenancy
