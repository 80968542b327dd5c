#include "tenancy/rate_limiter.hpp"

#include <algorithm>
#include <cassert>
#include <functional>
#include <mutex>

namespace tollgate::tenancy {

namespace {

using nanoseconds = std::int64_t;

constexpr std::size_t buckets_max = 4;        // of one charge
constexpr std::size_t first_sweep_size = 64;  // buckets of a shard before it looks for empty ones

struct text_hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const noexcept {
        return std::hash<std::string_view>{}(text);
    }
};

// The time each bucket will be empty, in Unix nanoseconds.
using empty_times = std::unordered_map<std::string, nanoseconds, text_hash, std::equal_to<>>;

nanoseconds to_nanoseconds(base::timestamp value) {
    return std::chrono::duration_cast<std::chrono::nanoseconds>(value.time_since_epoch()).count();
}

// Rounded up: nothing promises room before it is there.
std::chrono::milliseconds to_milliseconds(nanoseconds value) {
    return std::chrono::ceil<std::chrono::milliseconds>(std::chrono::nanoseconds{value});
}

// One bucket on its way through a charge.
struct weighed {
    nanoseconds interval = 0;  // what one call adds
    nanoseconds depth = 0;     // what `calls` calls add
    nanoseconds empty_at = 0;  // before the charge
    nanoseconds* stored = nullptr;

    nanoseconds empty_after() const { return empty_at + interval; }
    // Negative: until there is room for the call.
    nanoseconds room(nanoseconds now) const { return now + depth - empty_after(); }
};

weighed weigh(const rate_bucket& bucket, nanoseconds* stored, nanoseconds now) {
    constexpr nanoseconds second = 1'000'000'000;
    const nanoseconds calls = bucket.rate.calls;
    weighed out;
    // Rounded up, so that the depth holds exactly `calls` calls and the rate is never exceeded.
    out.interval = (bucket.rate.seconds * second + calls - 1) / calls;
    out.depth = out.interval * calls;
    out.stored = stored;
    // A bucket that is fuller than full had another rate, or the clock was set back.
    if (stored != nullptr) *stored = std::min(*stored, now + out.depth);
    out.empty_at = stored == nullptr ? now : std::max(*stored, now);
    return out;
}

}  // namespace

struct local_rate_limiter::shard {
    mutable std::mutex lock;
    empty_times times;
    std::size_t sweep_size = first_sweep_size;

    // Makes room for `more` buckets: empty ones go, and past the bound those nearest to empty.
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

rate_verdict local_rate_limiter::charge(std::string_view owner,
                                        std::span<const rate_bucket> buckets, base::timestamp now) {
    assert(buckets.size() <= buckets_max);
    const nanoseconds at = to_nanoseconds(now);
    auto& own = *shards_[text_hash{}(owner) % shards];
    std::array<weighed, buckets_max> charged;
    rate_verdict out;
    nanoseconds wait = 0;
    const std::lock_guard held{own.lock};
    own.make_room(buckets.size(), at);
    for (std::size_t i = 0; i < buckets.size(); ++i) {
        if (buckets[i].rate.calls == 0) continue;
        auto& one = charged[i] = weigh(buckets[i], own.find(buckets[i].id), at);
        const nanoseconds room = one.room(at);
        if (room < 0 && -room > wait) {
            wait = -room;
            out = {false, i, buckets[i].rate, 0, to_milliseconds(wait)};
        }
        const auto left = room / one.interval;
        if (out.allowed && room >= 0 && (out.rate.calls == 0 || left < out.remaining))
            out = {true, i, buckets[i].rate, left, to_milliseconds(one.empty_after() - at)};
    }
    if (!out.allowed) return out;
    for (std::size_t i = 0; i < buckets.size(); ++i) {
        const auto& one = charged[i];
        if (one.interval == 0) continue;
        if (one.stored != nullptr)
            *one.stored = one.empty_after();
        else
            own.times.emplace(buckets[i].id, one.empty_after());
    }
    return out;
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
