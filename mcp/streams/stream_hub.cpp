#include "mcp/streams/stream_hub.hpp"

namespace tollgate::mcp {

namespace {
constexpr std::size_t followed_of_server_max = 100;
constexpr std::size_t followed_servers_max = 1'000;
}  // namespace

bool stream_hub::follow(const std::string& server_id, const std::string& uri) {
    const std::lock_guard lock{mutex_};
    const auto found = followed_.find(server_id);
    if (found == followed_.end()) {
        if (followed_.size() >= followed_servers_max) return false;
        followed_[server_id].insert(uri);
        return true;
    }
    if (found->second.size() >= followed_of_server_max && !found->second.contains(uri))
        return false;
    found->second.insert(uri);
    return true;
}

void stream_hub::leave(const std::string& server_id, const std::string& uri) {
    const std::lock_guard lock{mutex_};
    const auto found = followed_.find(server_id);
    if (found == followed_.end()) return;
    found->second.erase(uri);
    if (found->second.empty()) followed_.erase(found);
}

bool stream_hub::followed(const std::string& server_id, const std::string& uri) const {
    const std::lock_guard lock{mutex_};
    const auto found = followed_.find(server_id);
    return found != followed_.end() && found->second.contains(uri);
}

void stream_hub::notify(const tenancy::server_event& event) {
    stream_news news;
    news.server_id = event.server_id;
    news.owner_id = event.owner_id;
    if (event.kind == tenancy::server_change::changed ||
        event.kind == tenancy::server_change::owner_changed) {
        news.lists = all_lists;
    } else {
        news.type = stream_news::kind::gone;
        news.token_digest = event.token_digest;
    }
    notify(news);
}

void stream_hub::notify(const std::string& server_id, const tool_result& result) {
    stream_news news;
    news.server_id = server_id;
    news.lists = result.changed;
    if (news.lists != 0) notify(news);
    if (result.updated.empty()) return;
    news.type = stream_news::kind::updated;
    news.text = result.updated;
    notify(news);
}

void stream_hub::notify(const stream_news& news) {
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

void stream_hub::give_back(counts::value_type& of_server) {
    const std::lock_guard lock{mutex_};
    --open_;
    if (--of_server.second == 0) of_servers_.erase(of_server.first);
}

std::size_t stream_hub::open() const {
    const std::lock_guard lock{mutex_};
    return open_;
}

}  // namespace tollgate::mcp
