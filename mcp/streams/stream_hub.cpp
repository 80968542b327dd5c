#include "mcp/streams/stream_hub.hpp"

namespace tollgate::mcp {

void stream_hub::tell(const tenancy::server_event& event) {
    stream_news news;
    news.server_id = event.server_id;
    if (event.kind == tenancy::server_change::changed) {
        news.lists = all_lists;
    } else {
        news.what = stream_news::kind::gone;
        news.token_digest = event.token_digest;
    }
    tell(news);
}

void stream_hub::tell(const std::string& server_id, const tool_result& result) {
    stream_news news;
    news.server_id = server_id;
    news.lists = result.changed;
    if (news.lists != 0) tell(news);
    if (result.updated.empty()) return;
    news.what = stream_news::kind::updated;
    news.text = result.updated;
    tell(news);
}

void stream_hub::tell(const stream_news& news) {
    for (auto* loop : loops_) loop->put(news);
}

std::optional<stream_hub::place> stream_hub::enter(const std::string& server_id, refusal& why) {
    const std::lock_guard lock{mutex_};
    why = refusal::too_many;
    if (open_ >= options_.all_max) return {};
    const auto found = of_servers_.try_emplace(server_id).first;
    why = refusal::too_many_of_server;
    if (found->second >= options_.of_server_max) return {};
    why = refusal::none;
    ++found->second;
    ++open_;
    return place{*this, *found};
}

void stream_hub::leave(counts::value_type& of_server) {
    const std::lock_guard lock{mutex_};
    --open_;
    if (--of_server.second == 0) of_servers_.erase(of_server.first);
}

std::size_t stream_hub::open() const {
    const std::lock_guard lock{mutex_};
    return open_;
}

}  // namespace tollgate::mcp
