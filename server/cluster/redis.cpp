#include "server/cluster/redis.hpp"

#include <boost/asio/this_coro.hpp>

#include <array>
#include <charconv>
#include <optional>

#include "base/task_group.hpp"
#include "server/cluster/cluster_messages.hpp"
#include "server/cluster/open_everywhere.hpp"
#include "server/cluster/redis_loop.hpp"
#include "server/cluster/redis_sessions.hpp"
#include "server/config/config.hpp"
#include "server/http/loop.hpp"
#include "server/process/bind.hpp"
#include "storage/redis/links.hpp"
#include "tenancy/changes/change_feed.hpp"
#include "tenancy/changes/redis_bus.hpp"
#include "tenancy/grants/grants.hpp"
#include "tenancy/grants/redis_entries.hpp"
#include "tenancy/limits/shared_rate_limiter.hpp"
#include "tenancy/secrets/vault.hpp"

namespace tollgate::server {

namespace {

// Every script that any part runs.
constexpr std::array<const storage::redis_script*, 3> scripts{
    &tenancy::rate_script, &tenancy::keep_entry_script, &tenancy::drop_entries_script};

class linked_services final : public redis_services {
public:
    // References outlive this, and so do the loops that use these links.
    linked_services(std::unique_ptr<storage::redis_links> links, tenancy::local_rate_limiter& rates)
        : links_(std::move(links)), limiter_(*links_, rates) {}

    base::result<> join(std::span<redis_loop* const> loops, base::logger& log) override;
    void share(const parts& with, redis_loop& first) override;
    tenancy::rate_limiter& limiter() override { return limiter_; }
    bool up() const override { return links_->up(); }
    base::awaitable<base::result<base::timestamp>> time() override;
    void drop_waiting() override { links_->drop_waiting(); }

private:
    std::unique_ptr<storage::redis_links> links_;
    tenancy::shared_rate_limiter limiter_;
    std::optional<cluster_messages> words_;
    std::optional<tenancy::redis_bus> bus_;
    std::optional<tenancy::redis_entries> entries_;
    std::optional<redis_sessions> sessions_;
};

base::result<> linked_services::join(std::span<redis_loop* const> loops, base::logger& log) {
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

// TIME answers the seconds since 1970, and the microseconds of the running second.
base::awaitable<base::result<base::timestamp>> linked_services::time() {
    const auto here = co_await boost::asio::this_coro::executor;
    storage::redis_link* const link = links_->here(here);
    if (link == nullptr)
        co_return base::fail(base::errc::unavailable, "redis_away", "this loop has no link");
    std::string command;
    storage::append_command(command, {"TIME"});
    const auto reply = co_await link->ask(std::move(command));
    if (!reply) co_return reply.error();
    std::int64_t seconds = 0;
    std::int64_t micros = 0;
    const auto read = [](const std::string& text, std::int64_t& out) {
        return std::from_chars(text.data(), text.data() + text.size(), out).ec == std::errc{};
    };
    if (reply->members.size() != 2 || !read(reply->members[0].text, seconds) ||
        !read(reply->members[1].text, micros))
        co_return base::fail(base::errc::unavailable, "redis_error", "Redis told no time");
    co_return base::from_unix_ms(seconds * 1000 + micros / 1000);
}

void linked_services::share(const parts& with, redis_loop& first) {
    auto& feed = with.changes;
    auto& tasks = with.tasks;
    const message_subjects subjects{with.cancelled, with.sessions, with.asked, with.streams};
    words_.emplace(subjects, with.secrets.derive("mcp answer"));
    auto& open = with.open;
    bus_.emplace(*links_, tasks, feed,
                 [this, &open](std::string_view word, std::string_view about) {
                     words_->receive(word, about);
                     open.receive(word, about);
                 });
    open.connect(
        {*links_, *bus_, tasks, with.secrets.derive("open answer"), std::string{feed.origin()}});
    feed.use(*bus_);
    words_->send_over(*bus_);
    first.keep_up(links_->listen(first.own().io.get_executor(), first.own().deadlines,
                                 tenancy::bus_channel,
                                 [this](std::string_view message) { bus_->receive(message); }));
    entries_.emplace(*links_, feed, with.clock, with.secrets.derive("token entry"), &with.watch);
    with.grants.use(*entries_);
    sessions_.emplace(*links_, with.sse, with.secrets.derive("sse answer"), with.log);
    with.sse.use(*sessions_);
    first.keep_up(
        links_->listen(first.own().io.get_executor(), first.own().deadlines, sessions_->channel(),
                       [this](std::string_view message) { sessions_->receive(message); }));
    feed.own_with([this, &tasks](const storage::logged_change& entry) {
        tasks.spawn("redis_entries", entries_->drop(entry.subjects));
    });
}

}  // namespace

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
        std::unique_ptr<redis_services> made =
            std::make_unique<linked_services>(std::move(links), rates);
        return made;
    } catch (const std::runtime_error& error) {
        return base::invalid("ca_file", error.what(), "redis.ca_file");
    }
}

}  // namespace tollgate::server
