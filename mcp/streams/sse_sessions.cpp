#include "mcp/streams/sse_sessions.hpp"

#include "base/crypto.hpp"
#include "base/ids.hpp"

namespace tollgate::mcp {

void sse_session::send(std::string_view event) {
    stream_news news;
    news.type = stream_news::kind::message;
    news.server_id = server_id_;
    news.session = key_;
    news.text = event;
    loop_.put(news);
}

void sse_session::end_answer(std::string_view event) {
    --answering_;
    send(event);
}

void sse_session::remember(std::string session_id) {
    const std::lock_guard lock{mutex_};
    session_id_ = std::move(session_id);
}

std::string sse_session::session_id() const {
    const std::lock_guard lock{mutex_};
    return session_id_;
}

std::string sse_sessions::key_of(std::string_view session_id) {
    return base::hex(base::as_view(base::sha256(session_id)));
}

std::shared_ptr<sse_session> sse_sessions::begin(const std::string& server_id, stream_inbox& loop,
                                                 std::string& id) {
    id = base::make_id("tgs");
    auto made = std::make_shared<sse_session>(key_of(id), server_id, loop);
    const std::lock_guard lock{mutex_};
    sessions_.emplace(made->key(), made);
    return made;
}

void sse_sessions::end(const sse_session& session) {
    const std::lock_guard lock{mutex_};
    sessions_.erase(session.key());
}

std::shared_ptr<sse_session> sse_sessions::find(std::string_view key) const {
    const std::lock_guard lock{mutex_};
    const auto found = sessions_.find(std::string{key});
    return found == sessions_.end() ? nullptr : found->second;
}

}  // namespace tollgate::mcp
