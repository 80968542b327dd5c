#include "server/cluster/redis.hpp"

#include <array>

#include "server/process/bind.hpp"

namespace tollgate::server {

namespace {

// Every script that is run anywhere.
constexpr std::array<const storage::redis_script*, 3> scripts{
    &tenancy::rate_script, &tenancy::keep_entry_script, &tenancy::drop_entries_script};

}  // namespace

base::result<> redis_services::join(std::span<redis_loop* const> loops, base::logger& log) {
    auto& first = loops.front()->own();
    storage::redis_links probing{links_->options(), {}, log};
    auto& probe = probing.add(first.io.get_executor(), first.deadlines);
    auto probed = run_now(first.io, probe.probe());
    if (!probed && probed.error().code == "redis_refused")
        return base::invalid("redis_refused", "redis.url: " + probed.error().message, "redis.url");
    if (!probed) log.warning("redis_away", {{"reason", probed.error().message}});
    for (auto* const one : loops) one->use_redis(*links_);
    return {};
}

void redis_services::share(const parts& with, redis_loop& first) {
    auto& feed = with.tenancy.changes();
    auto& tasks = with.tasks;
    words_.emplace(with.mcp, with.tenancy.secrets().derive("mcp answer"));
    bus_.emplace(*links_, tasks, feed, [this](std::string_view word, std::string_view about) {
        words_->heard(word, about);
    });
    feed.use(*bus_);
    words_->speak(*bus_);
    first.keep_up(links_->listen(first.own().io.get_executor(), first.own().deadlines,
                                 tenancy::bus_channel,
                                 [this](std::string_view message) { bus_->heard(message); }));
    entries_.emplace(*links_, feed, with.clock, with.tenancy.secrets().derive("token entry"),
                     &with.watch);
    with.tenancy.grants().use(*entries_);
    sessions_.emplace(*links_, with.sse, with.tenancy.secrets().derive("sse answer"), with.log);
    with.sse.use(*sessions_);
    first.keep_up(links_->listen(first.own().io.get_executor(), first.own().deadlines,
                                 sessions_->channel(),
                                 [this](std::string_view message) { sessions_->heard(message); }));
    feed.own_with([this, &tasks](const storage::logged_change& entry) {
        tasks.spawn("redis_entries", entries_->drop(entry.subjects));
    });
}

base::result<std::unique_ptr<redis_services>> make_redis(const config& value,
                                                         tenancy::local_rate_limiter& rates,
                                                         base::logger& log) {
    if (value.redis.url.empty()) return std::unique_ptr<redis_services>{};
    auto options = storage::parse_redis_url(value.redis.url);
    if (!options)
        return base::invalid(options.error().code, "redis.url: " + options.error().message,
                             "redis.url");
    options->prefix = value.redis.prefix;
    options->ca_file = value.redis.ca_file;
    options->connect_timeout = value.redis.connect_timeout;
    options->command_timeout = value.redis.command_timeout;
    try {
        auto links = std::make_unique<storage::redis_links>(std::move(*options), scripts, log);
        return std::make_unique<redis_services>(std::move(links), rates);
    } catch (const std::runtime_error& error) {
        return base::invalid("ca_file", error.what(), "redis.ca_file");
    }
}

}  // namespace tollgate::server
