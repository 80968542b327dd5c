#include "mcp/tools/cancellations.hpp"

namespace tollgate::mcp {

cancellations::flag cancellations::enter(const std::string& server_id,
                                         const std::string& request_id_json) {
    const std::lock_guard lock{mutex_};
    auto& held = running_[{server_id, request_id_json}];
    if (!held.raised) held.raised = std::make_shared<std::atomic<bool>>(false);
    ++held.calls;
    return held.raised;
}

void cancellations::leave(const std::string& server_id, const std::string& request_id_json) {
    const std::lock_guard lock{mutex_};
    const auto found = running_.find({server_id, request_id_json});
    if (found != running_.end() && --found->second.calls == 0) running_.erase(found);
}

void cancellations::cancel(const std::string& server_id, const std::string& request_id_json) {
    const std::lock_guard lock{mutex_};
    const auto found = running_.find({server_id, request_id_json});
    if (found != running_.end()) found->second.raised->store(true);
}

}  // namespace tollgate::mcp
