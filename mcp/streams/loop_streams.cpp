#include "mcp/streams/loop_streams.hpp"

#include <boost/asio/post.hpp>

namespace tollgate::mcp {

namespace {

// Streams handled without a pause; then other requests get a turn.
constexpr std::size_t streams_at_once = 16;
constexpr std::chrono::milliseconds between_streams{1};
constexpr std::size_t inbox_max = 100'000;

constexpr std::string_view because_leaving = "closing: this instance stops, connect again";

}  // namespace

std::string_view text_of(stream_refusal why) {
    switch (why) {
        case stream_refusal::none:
            break;
        case stream_refusal::too_many:
            return "The gateway has as many streams open as it may. Try again later.";
        case stream_refusal::too_many_of_server:
            return "This MCP server has as many streams open as it may. Close one.";
        case stream_refusal::stopping:
            return "The gateway is stopping. Try again shortly.";
        case stream_refusal::no_stream:
            return "A stream needs HTTP/1.1.";
    }
    return {};
}

loop_streams::loop_streams(const base::executor& where, stream_hub& hub)
    : where_(where),
      hub_(hub),
      beats_(where, hub.options().keep_alive),
      gather_end_(where),
      next_work_(where) {}

stream_refusal loop_streams::open(const tenancy::grant& grant, base::response_stream* stream,
                                  stream_terms terms) {
    if (stopping_) return stream_refusal::stopping;
    stream_hub::refusal why{};
    auto place = hub_.enter(grant.server_id, why);
    if (!place)
        return why == stream_hub::refusal::too_many ? stream_refusal::too_many
                                                    : stream_refusal::too_many_of_server;
    if (stream == nullptr || !stream->open()) return stream_refusal::no_stream;
    used_ = true;
    stream->keep(
        std::make_unique<listener>(std::move(*place), grant, std::move(terms), listeners_, beats_));
    return stream_refusal::none;
}

std::vector<open_stream> loop_streams::of_server(std::string_view server_id) const {
    std::vector<open_stream> out;
    const auto [from, to] = listeners_.equal_range(server_id);
    for (auto at = from; at != to; ++at)
        out.push_back({at->second->kind(), at->second->opened_at()});
    return out;
}

void loop_streams::end(std::string_view server_id, std::string_view token_digest) {
    const auto [from, to] = listeners_.equal_range(server_id);
    for (auto at = from; at != to; ++at)
        if (token_digest.empty() || at->second->token_digest() == token_digest)
            end(*at->second, because_gone);
}

void loop_streams::end_session(std::string_view server_id, std::string_view session_id) {
    const auto [from, to] = listeners_.equal_range(server_id);
    for (auto at = from; at != to; ++at)
        if (at->second->is_of_session(session_id)) end(*at->second, because_session_ended);
}

void loop_streams::stop() {
    stopping_ = true;
    for (const auto& entry : listeners_) end_if_done(*entry.second);
}

// Accepted messages are answered even while the process shuts down.
void loop_streams::end_if_done(listener& one) {
    if (one.session() == nullptr || !one.session()->answering()) end(one, because_leaving);
}

// Without streams, a change costs this loop nothing.
void loop_streams::put(const stream_news& news) {
    if (!used_) return;
    {
        const std::lock_guard lock{inbox_mutex_};
        if (inbox_.size() >= inbox_max) {
            // More than the loop can handle: it ends its streams, and the clients reconnect.
            inbox_.assign(1, {});
            inbox_.front().type = stream_news::kind::gone;
        }
        inbox_.push_back(news);
        if (inbox_.size() > 1) return;
    }
    boost::asio::post(where_, [this, alive = std::weak_ptr(alive_)] {
        if (!alive.expired()) take();
    });
}

void loop_streams::take() {
    std::vector<stream_news> all;
    {
        const std::lock_guard lock{inbox_mutex_};
        all.swap(inbox_);
    }
    for (const auto& news : all) take(news);
}

void loop_streams::take(const stream_news& news) {
    if (news.type == stream_news::kind::gone) {
        if (!news.server_id.empty()) return end(news.server_id, news.token_digest);
        for (const auto& entry : listeners_) end(*entry.second, because_gone);
        return;
    }
    if (news.type == stream_news::kind::session_gone) {
        for (const auto& entry : listeners_)
            if (entry.second->is_of_session(news.session))
                end(*entry.second, because_session_ended);
        return;
    }
    if (!news.owner_id.empty()) {
        for (const auto& entry : listeners_)
            if (entry.second->belongs_to(news.owner_id) && entry.second->note(news))
                gather(*entry.second);
        return;
    }
    const auto [from, to] = listeners_.equal_range(news.server_id);
    for (auto at = from; at != to; ++at) {
        listener& one = *at->second;
        if (news.type == stream_news::kind::message) {
            if (one.session() == nullptr || one.session()->key() != news.session) continue;
            one.send(news.text);
            if (stopping_) end_if_done(one);
        } else if (one.note(news)) {
            gather(one);
        }
    }
}

void loop_streams::end(listener& one, std::string_view why) {
    one.note_end(why);
    if (one.task_hook::is_linked()) one.task_hook::unlink();
    due_.push_back(one);
    work_soon();
}

// Combines changes that arrive together into one notification.
void loop_streams::gather(listener& one) {
    if (one.task_hook::is_linked()) return;
    gathered_.push_back(one);
    if (gathering_) return;
    gathering_ = true;
    gather_end_.expires_after(hub_.options().gather);
    gather_end_.async_wait([this, alive = std::weak_ptr(alive_)](boost::system::error_code error) {
        if (error || alive.expired()) return;
        gathering_ = false;
        due_.splice(due_.end(), gathered_);
        work_soon();
    });
}

void loop_streams::work_soon() {
    if (std::exchange(working_, true)) return;
    boost::asio::post(where_, [this, alive = std::weak_ptr(alive_)] {
        if (!alive.expired()) work();
    });
}

// Works in batches: ten thousand streams with notifications must not block other requests.
void loop_streams::work() {
    for (std::size_t i = 0; i < streams_at_once && !due_.empty(); ++i) {
        auto& one = due_.front();
        due_.pop_front();
        one.act();
    }
    working_ = !due_.empty();
    if (!working_) return;
    next_work_.expires_after(between_streams);
    next_work_.async_wait([this, alive = std::weak_ptr(alive_)](boost::system::error_code error) {
        if (!error && !alive.expired()) work();
    });
}

}  // namespace tollgate::mcp
