// When API keys were used: noted in memory by each use, and stored from time to time.
#pragma once
#include <array>
#include <atomic>
#include <cstdint>
#include <map>
#include <mutex>
#include <string>

#include "base/async.hpp"
#include "base/clock.hpp"
#include "base/result.hpp"
#include "tenancy/environment.hpp"

namespace tollgate::tenancy {

// Thread-safe.
class key_uses {
public:
    // `env` outlives this object.
    explicit key_uses(const environment& env) : env_(env) {}

    // A use of the key now. The first one in a minute takes a lock; the others cost one atomic
    // read.
    void note(const std::string& key_id);

    // Stores what was noted since the last call. If the store fails, it is kept for the next call.
    base::awaitable<base::result<>> flush();

private:
    bool is_new(const std::string& key_id, std::int64_t minute);

    const environment& env_;
    // The key and the minute of the newest use, by a hash of the key.
    std::array<std::atomic<std::uint64_t>, 256> newest_{};
    std::mutex mutex_;
    std::map<std::string, base::timestamp> waiting_;  // by id, the order in which rows are locked
};

}  // namespace tollgate::tenancy
