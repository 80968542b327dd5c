#include "mcp/session/loop_sessions.hpp"

#include <utility>

#include "base/crypto.hpp"
#include "base/json_text.hpp"
#include "mcp/session/session_ids.hpp"
#include "tenancy/audit/storable_text.hpp"

namespace tollgate::mcp {

namespace {

constexpr std::size_t session_name_length = 24;
constexpr std::size_t session_client_max = 200;
constexpr std::size_t session_revision_max = 20;

}  // namespace

std::string name_of_session(std::string_view id) {
    const std::string digest = base::hex(base::as_view(base::sha256(id)));
    return "mses_" + digest.substr(0, session_name_length);
}

void loop_sessions::add(open_session one) {
    if (const auto old = by_id_.find(one.id); old != by_id_.end()) {
        const auto place = old->second;
        by_id_.erase(old);
        newest_first_.erase(place);
    }
    newest_first_.push_front(std::move(one));
    by_id_.emplace(newest_first_.front().id, newest_first_.begin());
    if (newest_first_.size() <= most_) return;
    by_id_.erase(newest_first_.back().id);
    newest_first_.pop_back();
}

void loop_sessions::begin(open_session started) {
    started.began_at = clock_.now();
    started.last_used_at = started.began_at;
    add(std::move(started));
}

void loop_sessions::use(std::string_view server_id, std::string_view id, std::string_view client,
                        std::string_view revision) {
    if (const auto known = by_id_.find(id); known != by_id_.end()) {
        known->second->last_used_at = clock_.now();
        return newest_first_.splice(newest_first_.begin(), newest_first_, known->second);
    }
    const std::string name = tenancy::storable(std::string{client});
    const std::string version = tenancy::storable(std::string{revision});
    add({.id = std::string{id},
         .server_id = std::string{server_id},
         .revision = std::string{base::clipped_text(version, session_revision_max)},
         .client = std::string{base::clipped_text(name, session_client_max)},
         .title = {},
         .began_at = session_ids::began_at(id),
         .last_used_at = clock_.now()});
}

std::vector<open_session> loop_sessions::of_server(std::string_view server_id,
                                                   base::timestamp since) const {
    std::vector<open_session> out;
    for (const open_session& one : newest_first_) {
        if (one.last_used_at < since) break;
        if (one.server_id == server_id) out.push_back(one);
    }
    return out;
}

}  // namespace tollgate::mcp
