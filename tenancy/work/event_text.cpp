#include "tenancy/work/event_text.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <string_view>

#include "base/joined_text.hpp"
#include "base/json_text.hpp"
#include "tenancy/audit/audit_event.hpp"
#include "tenancy/audit/record_facts.hpp"
#include "tenancy/rules/gateway_paths.hpp"

namespace tollgate::tenancy {

namespace {

namespace paths = gateway_paths;

constexpr std::string_view post = "POST ";
constexpr std::string_view get = "GET ";
constexpr std::string_view approval_prefix = "apr_";
constexpr std::int64_t first_failure_status = 400;

struct activity_count {
    std::int64_t calls = 0;
    std::int64_t refused = 0;
    std::int64_t failed = 0;
};

// "apr_…" of "POST /approval/apr_…/approve".
std::string_view approval_of_action(std::string_view action) {
    const auto begin = action.find(approval_prefix);
    if (begin == std::string_view::npos) return {};
    const std::string_view rest = action.substr(begin);
    return rest.substr(0, rest.find('/'));
}

// True for a change after which a session or an API key may be invalid.
bool may_end_access(std::string_view action) {
    constexpr std::array<std::string_view, 3> sign_ins{
        base::joined_text<post, paths::sessions>,
        base::joined_text<post, paths::sessions, paths::link>,
        base::joined_text<get, paths::sessions, paths::oidc, paths::callback>};
    if (std::find(sign_ins.begin(), sign_ins.end(), action) != sign_ins.end()) return false;
    const std::string_view path = action.substr(std::min(action.find('/'), action.size()));
    return action == base::joined_text<post, paths::revoke> || path.starts_with(paths::sessions) ||
           path.starts_with(paths::people) ||
           action.find(paths::api_keys) != std::string_view::npos;
}

// True for a change that removes something.
bool takes_away(std::string_view action) {
    constexpr std::array<std::string_view, 3> stops{paths::suspend, paths::freeze, paths::revoke};
    const bool stop = std::any_of(stops.begin(), stops.end(),
                                  [&](std::string_view end) { return action.ends_with(end); });
    return action.starts_with("DELETE ") != stop;
}

class event_writer {
public:
    explicit event_writer(std::int64_t id) : id_(std::to_string(id)) {}

    void approval(std::string_view id, std::string_view what, std::string_view server) {
        std::string data = "{";
        base::json_members members{data};
        members.text("approval_id", id).text("what", what);
        if (!server.empty()) members.text("mcp_server_id", server);
        add("approval", data);
    }
    void receipt(const record_facts& record) {
        std::string data = "{";
        base::json_members{data}
            .text("receipt_id", record.receipt_id)
            .text("outcome", record.outcome)
            .text("mcp_server_id", record.server_id);
        add("receipt", data);
    }
    void alert(std::string_view what, std::string_view receipt_id) {
        std::string data = "{";
        base::json_members{data}.text("what", what).text("receipt_id", receipt_id);
        add("alert", data);
    }
    void change(std::string_view event, const record_facts& record) {
        std::string data = "{";
        base::json_members members{data};
        members.text("action", record.action);
        if (!record.object_id.empty()) members.text("object_id", record.object_id);
        add(event, data);
    }
    void activity(const std::string& server, const activity_count& count) {
        std::string data = "{";
        base::json_members members{data};
        if (!server.empty()) members.text("mcp_server_id", server);
        members.number("calls", count.calls)
            .number("refused", count.refused)
            .number("failed", count.failed);
        add("activity", data);
    }

    std::string out;

private:
    void add(std::string_view event, std::string_view data) {
        out.append("id: ").append(id_).append("\nevent: ").append(event);
        out.append("\ndata: ").append(data).append("}\n\n");
    }

    std::string id_;
};

// Collects the events of a batch of records.
class event_batch {
public:
    explicit event_batch(std::int64_t id) : write_(id) {}

    void take(const record_facts& record) {
        const std::string& kind = record.kind;
        if (kind == audit_kind::call || kind == audit_kind::write_finished) take_call(record);
        if (kind == audit_kind::write_finished || kind == audit_kind::write_resolved)
            take_write(record);
        if (kind == audit_kind::approval_ended)
            write_.approval(record.approval, record.outcome, record.server_id);
        if (kind == audit_kind::admin_finished) take_change(record);
        if (kind == audit_kind::admin_refused) ++activity_[{}].refused;
    }

    event_text finish() {
        for (const auto& [server, count] : activity_) write_.activity(server, count);
        return {std::move(write_.out), ends_access_};
    }

private:
    void take_call(const record_facts& record) {
        activity_count& count = activity_[record.server_id];
        ++count.calls;
        if (record.decision == "refused") ++count.refused;
        if (record.outcome == "failed") ++count.failed;
        const std::string& approval = record.approval;
        if (record.decision == "needs_approval" && approval.starts_with(approval_prefix))
            write_.approval(approval, "created", record.server_id);
    }

    void take_write(const record_facts& record) {
        write_.receipt(record);
        const std::string& approval = record.approval;
        if (approval.starts_with(approval_prefix))
            write_.approval(approval, "executed", record.server_id);
        if (record.outcome == "unknown") write_.alert("outcome_unknown", record.receipt_id);
    }

    void take_change(const record_facts& record) {
        const std::string& action = record.action;
        if (may_end_access(action)) ends_access_ = true;
        if (record.status >= first_failure_status) return;
        const std::string_view approval = approval_of_action(action);
        if (!approval.empty())
            return write_.approval(approval, action.ends_with(paths::deny) ? "denied" : "approved",
                                   {});
        write_.change(takes_away(action) ? "revocation" : "change", record);
    }

    event_writer write_;
    std::map<std::string, activity_count> activity_;
    bool ends_access_ = false;
};

}  // namespace

event_text event_text_of(const std::vector<storage::audit_entry>& records, std::int64_t until) {
    event_batch reader{until};
    simdjson::dom::parser parser;
    for (const storage::audit_entry& one : records) {
        const auto facts = facts_of_record(one.entry, parser);
        if (facts) reader.take(*facts);
    }
    return reader.finish();
}

}  // namespace tollgate::tenancy
