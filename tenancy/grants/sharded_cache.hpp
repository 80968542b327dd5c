// A bounded map from token digests to immutable values, shared by all loops.
#pragma once
#include <array>
#include <atomic>
#include <cstdint>
#include <cstring>
#include <memory>
#include <mutex>
#include <unordered_map>

#include "base/crypto.hpp"

namespace tollgate::tenancy {

// Thread-safe. A lock is held while copying a pointer or dropping entries, never during a load.
//
// The generation prevents a load that races with a revoke from restoring what the revoke removed:
// read generation(), load, put(). drop_if() increments the generation before it looks at any shard,
// and put() compares it under the shard's lock; so either put() sees the new generation and
// refuses, or drop_if() finds what put() inserted.
template <typename Value>
class sharded_cache {
public:
    using pointer = std::shared_ptr<const Value>;

    // At most about `limit` entries; beyond that, an arbitrary entry is evicted.
    explicit sharded_cache(std::size_t limit) : shard_limit_(limit / shard_count + 1) {}

    pointer find(const base::digest& key) const {
        const shard& part = shard_of(key);
        const std::lock_guard lock{part.mutex};
        const auto found = part.entries.find(key);
        return found == part.entries.end() ? nullptr : found->second;
    }

    std::uint64_t generation() const { return generation_.load(); }

    // Stores `value` and returns true, unless entries were dropped since `generation` was read.
    bool put(const base::digest& key, pointer value, std::uint64_t generation) {
        shard& part = shard_of(key);
        const std::lock_guard lock{part.mutex};
        if (generation_.load() != generation) return false;
        if (part.entries.size() >= shard_limit_ && !part.entries.contains(key))
            part.entries.erase(part.entries.begin());
        part.entries.insert_or_assign(key, std::move(value));
        return true;
    }

    // Removes all entries that match, and makes every load in progress start again.
    template <typename Matches>
    void drop_if(const Matches& matches) {
        ++generation_;
        for (shard& part : shards_) {
            const std::lock_guard lock{part.mutex};
            std::erase_if(part.entries, [&](const auto& entry) { return matches(*entry.second); });
        }
    }

    std::size_t size() const {
        std::size_t count = 0;
        for (const shard& part : shards_) {
            const std::lock_guard lock{part.mutex};
            count += part.entries.size();
        }
        return count;
    }

private:
    static constexpr std::size_t shard_count = 16;

    // A digest is uniformly distributed: its first bytes are its hash.
    struct first_bytes {
        std::size_t operator()(const base::digest& key) const {
            std::size_t out = 0;
            std::memcpy(&out, key.data(), sizeof out);
            return out;
        }
    };
    struct shard {
        mutable std::mutex mutex;
        std::unordered_map<base::digest, pointer, first_bytes> entries;
    };

    shard& shard_of(const base::digest& key) { return shards_[key.back() % shard_count]; }
    const shard& shard_of(const base::digest& key) const {
        return shards_[key.back() % shard_count];
    }

    const std::size_t shard_limit_;
    std::atomic<std::uint64_t> generation_{0};
    std::array<shard, shard_count> shards_;
};

}  // namespace tollgate::tenancy
