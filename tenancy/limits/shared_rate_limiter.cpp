#include "tenancy/limits/shared_rate_limiter.hpp"

#include <boost/asio/this_coro.hpp>

#include <charconv>
#include <optional>

#include "tenancy/limits/rate_math.hpp"

namespace tollgate::tenancy {

namespace {

// Redis's numbers are doubles, which hold whole microseconds since 1970 exactly.
constexpr std::int64_t second_in_redis = 1'000'000;

std::optional<std::int64_t> number_of(const storage::redis_reply& reply) {
    std::int64_t value = 0;
    const auto& text = reply.text;
    const auto done = std::from_chars(text.data(), text.data() + text.size(), value);
    if (text.empty() || done.ec != std::errc{} || done.ptr != text.data() + text.size()) return {};
    return value;
}

// The reply contains {now, the time at which each bucket would have been empty}, as texts.
std::optional<rate_verdict> verdict_of(const storage::redis_reply& reply,
                                       std::span<const rate_bucket> buckets) {
    if (reply.members.empty()) return {};
    const auto now = number_of(reply.members[0]);
    if (!now) return {};
    std::array<weighed_bucket, rate_buckets_max> weights;
    std::size_t at = 1;
    for (std::size_t i = 0; i < buckets.size(); ++i) {
        if (buckets[i].rate.calls == 0) continue;
        if (at == reply.members.size()) return {};
        const auto stored = number_of(reply.members[at++]);
        if (!stored) return {};
        weights[i] = weigh(buckets[i].rate, *stored, *now, second_in_redis);
    }
    return judge(buckets, weights, *now, second_in_redis);
}

}  // namespace

// Two arguments for each key: the increment of one call, and the depth, in microseconds.
const storage::redis_script rate_script{"rate", R"lua(
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
local reply = {string.format('%.0f', now)}
local empty = {}
local room = true
for i = 1, #KEYS do
  local interval = tonumber(ARGV[2 * i - 1])
  local depth = tonumber(ARGV[2 * i])
  local at = tonumber(redis.call('GET', KEYS[i]) or now)
  at = math.min(math.max(at, now), now + depth)
  reply[i + 1] = string.format('%.0f', at)
  empty[i] = at + interval
  if empty[i] > now + depth then room = false end
end
if room then
  for i = 1, #KEYS do
    redis.call('SET', KEYS[i], string.format('%.0f', empty[i]),
               'PX', math.ceil((empty[i] - now) / 1000) + 1)
  end
end
return reply
)lua"};

base::awaitable<rate_verdict> shared_rate_limiter::charge(std::string_view owner,
                                                          std::span<const rate_bucket> buckets,
                                                          base::timestamp now) {
    const auto where = co_await boost::asio::this_coro::executor;
    auto* const link = redis_.here(where);
    std::vector<std::string> keys;
    std::vector<std::string> arguments;
    for (const auto& bucket : buckets) {
        const auto weight = weigh(bucket.rate, 0, 0, second_in_redis);
        if (weight.interval == 0 || link == nullptr) continue;
        keys.push_back(link->key("rate:" + std::string(bucket.id)));
        arguments.push_back(std::to_string(weight.interval));
        arguments.push_back(std::to_string(weight.depth));
    }
    if (!keys.empty() && link->up()) {
        const auto reply =
            co_await link->run_script(rate_script, std::move(keys), std::move(arguments));
        if (reply)
            if (const auto verdict = verdict_of(*reply, buckets)) co_return *verdict;
    }
    co_return meanwhile_.charge_now(owner, buckets, now);
}

}  // namespace tollgate::tenancy
