#include "mcp/tools/running_call.hpp"

#include "base/json_text.hpp"
#include "mcp/streams/event_text.hpp"

namespace tollgate::mcp {

running_call::~running_call() {
    if (raised_) cancelled_.leave(name_);
}

void running_call::report(std::int64_t progress, std::optional<std::int64_t> total,
                          std::string_view message) {
    if (facts_.stream == nullptr || facts_.progress_token_json.empty() || !facts_.stream->open())
        return;
    std::string params = "{";
    base::json_members members{params};
    members.raw("progressToken", facts_.progress_token_json).number("progress", progress);
    if (total) members.number("total", *total);
    members.text("message", message);
    params += '}';
    facts_.stream->send(event_text(
        R"({"jsonrpc":"2.0","method":"notifications/progress","params":)" + params + '}'));
    if (is_linked()) facts_.beats->sent(*this);
}

bool running_call::logs(log_level level) const {
    return facts_.stream != nullptr && facts_.log_from && level >= *facts_.log_from;
}

void running_call::log(log_level level, std::string_view data_json) {
    if (!logs(level) || !facts_.stream->open()) return;
    std::string params = "{";
    base::json_members{params}
        .text("level", name_of(level))
        .text("logger", "tollgate")
        .raw("data", data_json);
    params += '}';
    facts_.stream->send(event_text(
        R"({"jsonrpc":"2.0","method":"notifications/message","params":)" + params + '}'));
}

// Long waits call this repeatedly.
call_end running_call::end() {
    if (facts_.beats != nullptr && !is_linked() && facts_.stream != nullptr &&
        facts_.stream->opened())
        facts_.beats->sent(*this);
    if (!raised_) {
        name_ = {facts_.server_id, facts_.token_digest, facts_.request_id_json};
        raised_ = cancelled_.enter(name_);
    }
    const call_end raised = raised_->load();
    if (raised != call_end::none) return raised;
    const bool left =
        facts_.closing_cancels && facts_.stream != nullptr && facts_.stream->peer_closed();
    return left ? call_end::cancelled : call_end::none;
}

void running_call::on_end(const base::executor& where, std::function<void()> act) {
    hook_.reset();
    if (act) hook_.emplace(watch_, *this, where, std::move(act));
}

void running_call::frame(base::http_response& reply) const {
    if (facts_.stream != nullptr && facts_.stream->opened()) reply.body = event_text(reply.body);
}

}  // namespace tollgate::mcp
