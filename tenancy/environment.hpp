// What every part of this room works with. Built once by the registry; the references live as long
// as it.
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
#include "tenancy/rules/tool_directory.hpp"
#include "tenancy/secrets/token_hasher.hpp"
#include "tenancy/secrets/vault.hpp"

namespace tollgate::tenancy {

struct tenancy_limits {
    std::int64_t api_keys_per_team = 100;
    std::int64_t accounts_per_team = 1000;
    bool live_accounts = true;                // false while the sandbox stands in for Stripe
    std::int64_t servers_per_account = 1000;  // not counting revoked ones
    std::size_t cached_grants = 10'000;
    std::size_t cached_api_keys = 10'000;
    std::chrono::milliseconds usage_flush_every{5000};
    // Of an MCP server whose maker says nothing: words of config.methods (none: every tool), and
    // how long it lives (zero: it does not expire).
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
    // While it holds, what is cached is right; else the store is to be asked.
    std::shared_ptr<cache_lease> lease = std::make_shared<cache_lease>(cache_lease::for_ever);
};

// What a freeze switches: on is the rule, off leaves reads only.
enum class writes : std::uint8_t { on, off };

// Makes the stored answer of an Idempotency-Key from what a call created; the answer is committed
// in the same transaction, so that a crash cannot separate them. An empty function: no such key was
// sent. When an answer is stored already (two equal requests at once), the call fails with conflict
// "replay_exists" and nothing is created.
template <typename Created>
using answer_writer = std::function<storage::replay_row(const Created&)>;

// Checks a name that people give: 1 to 200 bytes, no control characters. Failure: "invalid_name".
base::result<> check_name(std::string_view name, std::string_view field = "name");

}  // namespace tollgate::tenancy
