// Grant records in Redis: a request whose token is not cached in this process needs a single
// look-up. Redis may lose, keep or restore entries freely: each entry records its place in the
// change log and is used only if no later log entry concerns it.
#pragma once
#include <atomic>

#include "base/secret.hpp"
#include "storage/redis/links.hpp"
#include "tenancy/changes/change_feed.hpp"
#include "tenancy/grants/grant_entries.hpp"

namespace tollgate::tenancy {

// For redis_links.
extern const storage::redis_script keep_entry_script;
extern const storage::redis_script drop_entries_script;

enum class entry_lookup : std::uint8_t { found, absent, outdated, away };
constexpr std::size_t entry_lookups = 4;
// "found", "absent", "outdated", "away".
std::string_view to_string(entry_lookup outcome);

// Port: measurements. Called on any loop; must not block.
class entry_watch {
public:
    virtual ~entry_watch() = default;
    virtual void entry_looked_up(entry_lookup outcome) noexcept = 0;
};

// Keys: "tok:<hash>" holds an entry until its token ends, for ten minutes at most; "srv:<mcp_…>"
// lists the keys of a server's entries. Each entry is authenticated with a key from the vault, so
// that write access to Redis is not enough to grant anything.
class redis_entries final : public grant_entries {
public:
    // References outlive this; `watch` may be null.
    redis_entries(storage::redis_links& redis, const change_feed& changes, const base::clock& clock,
                  base::secret key, entry_watch* watch)
        : redis_(redis), changes_(changes), clock_(clock), key_(std::move(key)), watch_(watch) {}

    std::optional<log_place> here() const override { return changes_.here(); }
    base::awaitable<std::optional<storage::grant_row>> find(
        std::vector<storage::token_hash> candidates) override;
    base::awaitable<> keep(storage::grant_row row, log_place place) override;
    base::awaitable<> drop(std::vector<std::string> servers) override;

private:
    std::optional<storage::grant_row> read(std::string_view digest, std::string_view entry) const;
    std::string seal(std::string_view digest, std::string_view text) const;
    void count(entry_lookup outcome) const {
        if (watch_ != nullptr) watch_->entry_looked_up(outcome);
    }

    storage::redis_links& redis_;
    const change_feed& changes_;
    const base::clock& clock_;
    const base::secret key_;
    entry_watch* const watch_;
};

}  // namespace tollgate::tenancy
