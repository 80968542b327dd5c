#include "mcp/tools/cancellations.hpp"

namespace tollgate::mcp {

cancellations::flag cancellations::enter(const call_name& call) {
    const std::lock_guard lock{mutex_};
    auto& held = running_[call];
    if (!held.raised) held.raised = std::make_shared<std::atomic<call_end>>(call_end::none);
    ++held.calls;
    return held.raised;
}

void cancellations::leave(const call_name& call) {
    const std::lock_guard lock{mutex_};
    const auto found = running_.find(call);
    if (found != running_.end() && --found->second.calls == 0) running_.erase(found);
}

void cancellations::cancel(const std::string& server_id, const std::string& request_id_json) {
    if (!cancel_here(server_id, request_id_json) && relay_) relay_(server_id, request_id_json);
}

bool cancellations::cancel_here(const std::string& server_id, const std::string& request_id_json) {
    return raise(server_id, call_end::cancelled,
                 [&](const call_name& call) { return call.request_id_json == request_id_json; });
}

void cancellations::sever(std::string_view server_id) {
    raise(server_id, call_end::severed, [](const call_name&) { return true; });
}

void cancellations::sever(std::string_view server_id, std::string_view token_digest) {
    raise(server_id, call_end::severed,
          [&](const call_name& call) { return call.token_digest == token_digest; });
}

void cancellations::sever_all() {
    const std::lock_guard lock{mutex_};
    for (auto& [call, held] : running_) held.raised->store(call_end::severed);
}

template <typename Matches>
bool cancellations::raise(std::string_view server_id, call_end why, const Matches& matches) {
    const std::lock_guard lock{mutex_};
    bool found = false;
    auto at = running_.lower_bound({std::string{server_id}, {}, {}});
    for (; at != running_.end() && at->first.server_id == server_id; ++at) {
        if (!matches(at->first)) continue;
        at->second.raised->store(why);
        found = true;
    }
    return found;
}

}  // namespace tollgate::mcp
