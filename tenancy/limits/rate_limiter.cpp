#include "tenancy/limits/rate_limiter.hpp"

#include <algorithm>
#include <cassert>
#include <functional>
#include <mutex>

#include "tenancy/limits/rate_math.hpp"

namespace tollgate::tenancy {

namespace {

using nanoseconds = std::int64_t;

constexpr std::size_t first_sweep_size = 64;  // buckets in a shard before empty ones are removed

struct text_hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const noexcept {
        return std::hash<std::string_view>{}(text);
    }
};

// When each bucket will be empty, in Unix nanoseconds.
using empty_times = std::unordered_map<std::string, nanoseconds, text_hash, std::equal_to<>>;

nanoseconds to_nanoseconds(base::timestamp value) {
    return std::chrono::duration_cast<std::chrono::nanoseconds>(value.time_since_epoch()).count();
}

constexpr nanoseconds second = 1'000'000'000;

// Rounded up, so that no caller retries too early.
std::chrono::milliseconds to_milliseconds(std::int64_t value, std::int64_t per_second) {
    const std::int64_t per_ms = per_second / 1000;
    return std::chrono::milliseconds{(value + per_ms - 1) / per_ms};
}

}  // namespace

rate_verdict judge(std::span<const rate_bucket> buckets,
                   const std::array<weighed_bucket, rate_buckets_max>& weights, std::int64_t now,
                   std::int64_t per_second) {
    rate_verdict out;
    std::int64_t wait = 0;
    for (std::size_t i = 0; i < buckets.size(); ++i) {
        const auto& one = weights[i];
        if (one.interval == 0) continue;
        const auto room = one.room(now);
        if (room < 0 && -room > wait) {
            wait = -room;
            out = {false, i, buckets[i].rate, 0, to_milliseconds(wait, per_second)};
        }
        const auto left = room / one.interval;
        if (out.allowed && room >= 0 && (out.rate.calls == 0 || left < out.remaining))
            out = {true, i, buckets[i].rate, left,
                   to_milliseconds(one.empty_after() - now, per_second)};
    }
    return out;
}

struct local_rate_limiter::shard {
    mutable std::mutex lock;
    empty_times times;
    std::size_t sweep_size = first_sweep_size;

    // Makes room for `more` buckets: removes empty ones and, above the maximum, those closest to
    // empty.
    void make_room(std::size_t more, nanoseconds now) {
        if (times.size() + more <= std::min(sweep_size, buckets_of_shard_max)) return;
        std::erase_if(times, [now](const auto& each) { return each.second <= now; });
        while (times.size() + more > buckets_of_shard_max)
            times.erase(std::min_element(times.begin(), times.end(),
                                         [](auto& a, auto& b) { return a.second < b.second; }));
        sweep_size = std::max(first_sweep_size, 2 * times.size());
    }

    nanoseconds* find(std::string_view id) {
        const auto found = times.find(id);
        return found == times.end() ? nullptr : &found->second;
    }
};

local_rate_limiter::local_rate_limiter() {
    for (auto& one : shards_) one = std::make_unique<shard>();
}

local_rate_limiter::~local_rate_limiter() = default;

rate_verdict local_rate_limiter::charge_now(std::string_view owner,
                                            std::span<const rate_bucket> buckets,
                                            base::timestamp now) {
    assert(buckets.size() <= rate_buckets_max);
    const nanoseconds at = to_nanoseconds(now);
    auto& own = *shards_[text_hash{}(owner) % shards];
    std::array<weighed_bucket, rate_buckets_max> weights;
    std::array<nanoseconds*, rate_buckets_max> stored{};
    const std::lock_guard held{own.lock};
    own.make_room(buckets.size(), at);
    for (std::size_t i = 0; i < buckets.size(); ++i) {
        if (buckets[i].rate.calls == 0) continue;
        stored[i] = own.find(buckets[i].id);
        weights[i] = weigh(buckets[i].rate, stored[i] == nullptr ? at : *stored[i], at, second);
        // Shortens the time to what the current rate allows.
        if (stored[i] != nullptr) *stored[i] = std::min(*stored[i], at + weights[i].depth);
    }
    const auto out = judge(buckets, weights, at, second);
    if (!out.allowed) return out;
    for (std::size_t i = 0; i < buckets.size(); ++i) {
        if (weights[i].interval == 0) continue;
        if (stored[i] != nullptr)
            *stored[i] = weights[i].empty_after();
        else
            own.times.emplace(buckets[i].id, weights[i].empty_after());
    }
    return out;
}

base::awaitable<rate_verdict> local_rate_limiter::charge(std::string_view owner,
                                                         std::span<const rate_bucket> buckets,
                                                         base::timestamp now) {
    co_return charge_now(owner, buckets, now);
}

std::size_t local_rate_limiter::size() const {
    std::size_t out = 0;
    for (const auto& one : shards_) {
        const std::lock_guard held{one->lock};
        out += one->times.size();
    }
    return out;
}

}  // namespace tollgate::tenancy
