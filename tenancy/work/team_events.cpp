#include "tenancy/work/team_events.hpp"

#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>
#include <utility>

#include "tenancy/work/event_text.hpp"

namespace tollgate::tenancy {

namespace {

using base::awaitable;
using base::errc;
using base::fail;
using base::result;
using std::chrono::milliseconds;
using std::chrono::steady_clock;

// A pause is this many times as long as the read before it, up to look_rarest.
constexpr int read_share = 20;

std::string closing_event(std::string_view reason) {
    std::string out = "event: closing\ndata: {\"reason\":\"";
    out.append(reason).append("\"}\n\n");
    return out;
}

std::string ready_event(std::int64_t position) {
    return "id: " + std::to_string(position) + "\nevent: ready\ndata: {}\n\n";
}

}  // namespace

result<> team_events::follow(std::string team_id, event_credential credential,
                             std::optional<std::int64_t> last_seen,
                             std::shared_ptr<event_listener> listener) {
    {
        const std::lock_guard lock{mutex_};
        if (ended_)
            return fail(errc::unavailable, "stopping",
                        "this instance of the gateway stops: connect again shortly");
        if (open_ >= rules_.listeners_max)
            return fail(errc::unavailable, "too_many_streams",
                        "this instance has as many event streams open as it may: ask for what you "
                        "need every few seconds, and try again later");
        followed_team& team = teams_[std::move(team_id)];
        if (team.members.size() >= rules_.listeners_of_team_max)
            return fail(errc::unavailable, "too_many_streams",
                        "your team has as many event streams open as it may: close one");
        team.members.push_back(
            {std::move(listener), std::move(credential), last_seen, false, base::timestamp::min()});
        ++open_;
    }
    wake();
    return {};
}

void team_events::leave(const event_listener& listener) {
    const std::lock_guard lock{mutex_};
    for (auto team = teams_.begin(); team != teams_.end(); ++team) {
        const auto left = std::erase_if(team->second.members, [&](const member& one) {
            return one.listener.get() == &listener;
        });
        if (left == 0) continue;
        open_ -= left;
        if (team->second.members.empty()) teams_.erase(team);
        return;
    }
}

void team_events::end_all() {
    const std::lock_guard lock{mutex_};
    ended_ = true;
    for (const auto& [id, team] : teams_)
        for (const member& one : team.members) one.listener->end(closing_event("stopping"));
}

std::size_t team_events::open() const {
    const std::lock_guard lock{mutex_};
    return open_;
}

std::vector<std::string> team_events::teams() const {
    const std::lock_guard lock{mutex_};
    std::vector<std::string> out;
    out.reserve(teams_.size());
    for (const auto& [id, team] : teams_) out.push_back(id);
    return out;
}

std::optional<std::int64_t> team_events::position_of(const std::string& team_id) const {
    const std::lock_guard lock{mutex_};
    const auto found = teams_.find(team_id);
    return found == teams_.end() ? std::nullopt : found->second.position;
}

// Sends events to the listeners that have received their start position.
void team_events::send(const std::string& team_id, std::string events) {
    const auto text = std::make_shared<const std::string>(std::move(events));
    const std::lock_guard lock{mutex_};
    const auto found = teams_.find(team_id);
    if (found == teams_.end()) return;
    for (const member& one : found->second.members)
        if (one.ready) one.listener->put(text);
}

// Everything before `position` was sent; new listeners begin there.
void team_events::arrive(const std::string& team_id, std::int64_t position) {
    const std::lock_guard lock{mutex_};
    const auto found = teams_.find(team_id);
    if (found == teams_.end()) return;
    found->second.position = position;
    for (member& one : found->second.members) {
        if (std::exchange(one.ready, true)) continue;
        std::string first = ready_event(position);
        if (one.last_seen && *one.last_seen != position) first += lagged_event;
        one.listener->put(std::make_shared<const std::string>(std::move(first)));
    }
}

// Makes the credentials of a team's listeners due for a check.
void team_events::recheck(const std::string& team_id) {
    const std::lock_guard lock{mutex_};
    const auto found = teams_.find(team_id);
    if (found == teams_.end()) return;
    for (member& one : found->second.members) one.checked_at = base::timestamp::min();
}

awaitable<result<>> team_events::read_on(const std::string& team_id) {
    auto head = co_await env_.store.find_audit_log(team_id);
    if (!head) co_return head.error();
    const std::int64_t size = *head ? (*head)->size : 0;
    std::int64_t position = position_of(team_id).value_or(size);
    if (size - position > rules_.behind_max) {
        send(team_id, std::string{lagged_event});
        recheck(team_id);
        position = size;
    }
    while (position < size) {
        const std::int64_t until = std::min(size, position + rules_.batch);
        auto entries = co_await env_.store.list_audit_entries(team_id, position, until);
        if (!entries) co_return entries.error();
        event_text batch = event_text_of(*entries, until);
        if (!batch.events.empty()) send(team_id, std::move(batch.events));
        if (batch.ends_access) recheck(team_id);
        position = until;
    }
    arrive(team_id, position);
    co_return result<>{};
}

awaitable<result<>> team_events::still_valid(std::string token) {
    if (token.starts_with(session_token_prefix)) {
        const auto who = co_await sessions_.authenticate(token, session_use::not_noted);
        if (!who) co_return who.error();
        co_return result<>{};
    }
    const auto key = co_await keys_.authenticate(token);
    if (!key) co_return key.error();
    co_return result<>{};
}

awaitable<> team_events::check(const std::string& team_id) {
    const base::timestamp now = env_.clock.now();
    std::vector<std::pair<std::shared_ptr<event_listener>, base::secret>> due;
    {
        const std::lock_guard lock{mutex_};
        const auto found = teams_.find(team_id);
        if (found == teams_.end()) co_return;
        for (member& one : found->second.members) {
            const auto& expires_at = one.credential.expires_at;
            if (expires_at && now >= *expires_at) one.listener->end(closing_event("session_ended"));
            const bool unchecked = one.checked_at == base::timestamp::min();
            if (!unchecked && now - one.checked_at < rules_.check_every) continue;
            one.checked_at = now;
            due.emplace_back(one.listener, one.credential.token);
        }
    }
    for (const auto& [listener, token] : due) {
        std::string text{token.reveal()};
        const auto valid = co_await still_valid(std::move(text));
        // If the store does not answer, the credential may still be valid, and no events can be
        // read either.
        if (!valid && valid.error().kind == errc::unauthorized)
            listener->end(closing_event("session_ended"));
    }
}

awaitable<> team_events::look() {
    for (const std::string& team_id : teams()) {
        const auto done = co_await read_on(team_id);
        // The position is kept: the next pass reads the same records again.
        if (!done) continue;
        co_await check(team_id);
    }
}

void team_events::wake() {
    const std::lock_guard lock{mutex_};
    if (!where_) return;
    boost::asio::post(*where_, [this] {
        again_ = true;
        if (wake_) wake_->cancel();
    });
}

void team_events::arm(base::executor on) {
    const std::lock_guard lock{mutex_};
    wake_.emplace(on);
    where_ = std::move(on);
}

awaitable<> team_events::run() {
    const auto executor = co_await boost::asio::this_coro::executor;
    arm(executor);
    while (!stopping_) {
        const auto began = steady_clock::now();
        co_await look();
        if (stopping_) break;
        if (std::exchange(again_, false)) continue;
        const auto work = std::chrono::duration_cast<milliseconds>(steady_clock::now() - began);
        if (open() == 0)
            wake_->expires_at(steady_clock::time_point::max());
        else
            wake_->expires_after(
                std::max(rules_.look_every, std::min(work * read_share, rules_.look_rarest)));
        boost::system::error_code woken;  // cancelled by wake() and stop()
        co_await wake_->async_wait(boost::asio::redirect_error(boost::asio::use_awaitable, woken));
        again_ = false;
    }
    const std::lock_guard lock{mutex_};
    where_.reset();
    wake_.reset();
}

void team_events::stop() {
    stopping_ = true;
    if (wake_) wake_->cancel();
}

}  // namespace tollgate::tenancy
