#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <map>
#include <string_view>

#include "base/json_text.hpp"
#include "tenancy/audit/audit_event.hpp"
#include "tenancy/work/event_text.hpp"

namespace tollgate::tenancy {

namespace {

using nlohmann::json;

constexpr std::string_view approval_prefix = "apr_";
constexpr std::int64_t first_failure_status = 400;

struct activity_count {
    std::int64_t calls = 0;
    std::int64_t refused = 0;
    std::int64_t failed = 0;
};

// One record, as far as events need it. The views live as long as the record's JSON.
class record_view {
public:
    explicit record_view(const json& entry) : entry_(entry) {}

    std::string_view text(const char* name) const {
        const auto found = entry_.find(name);
        if (found == entry_.end() || !found->is_string()) return {};
        return found->get_ref<const std::string&>();
    }
    std::int64_t number(const char* name) const {
        const auto found = entry_.find(name);
        return found != entry_.end() && found->is_number_integer() ? found->get<std::int64_t>() : 0;
    }

private:
    const json& entry_;
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
    const bool about_access = action.find(" /session") != std::string_view::npos ||
                              action.find(" /person") != std::string_view::npos ||
                              action.find("/api-key") != std::string_view::npos;
    return about_access && action != "POST /session";
}

// True for a change that takes something away.
bool takes_away(std::string_view action) {
    constexpr std::array<std::string_view, 3> stops{"/suspend", "/freeze", "/revoke"};
    const bool stop = std::any_of(stops.begin(), stops.end(), [&](std::string_view end) {
        return action.ends_with(end);
    });
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
    void receipt(const record_view& record) {
        std::string data = "{";
        base::json_members{data}
            .text("receipt_id", record.text("receipt"))
            .text("outcome", record.text("outcome"))
            .text("mcp_server_id", record.text("server"));
        add("receipt", data);
    }
    void alert(std::string_view what, std::string_view receipt_id) {
        std::string data = "{";
        base::json_members{data}.text("what", what).text("receipt_id", receipt_id);
        add("alert", data);
    }
    void change(std::string_view event, const record_view& record) {
        std::string data = "{";
        base::json_members members{data};
        members.text("action", record.text("action"));
        if (!record.text("object").empty()) members.text("object_id", record.text("object"));
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

// Collects what a batch of records means.
class batch_reader {
public:
    explicit batch_reader(std::int64_t id) : write_(id) {}

    void take(const record_view& record) {
        const std::string_view kind = record.text("kind");
        if (kind == audit_kind::call || kind == audit_kind::write_finished) take_call(record);
        if (kind == audit_kind::write_finished || kind == audit_kind::write_resolved)
            take_write(record);
        if (kind == audit_kind::approval_ended)
            write_.approval(record.text("approval"), record.text("outcome"),
                            record.text("server"));
        if (kind == audit_kind::admin_finished) take_change(record);
        if (kind == audit_kind::admin_refused) ++activity_[{}].refused;
    }

    event_text finish() {
        for (const auto& [server, count] : activity_) write_.activity(server, count);
        return {std::move(write_.out), ends_access_};
    }

private:
    void take_call(const record_view& record) {
        activity_count& count = activity_[std::string{record.text("server")}];
        ++count.calls;
        if (record.text("decision") == "refused") ++count.refused;
        if (record.text("outcome") == "failed") ++count.failed;
        const std::string_view approval = record.text("approval");
        if (record.text("decision") == "needs_approval" && approval.starts_with(approval_prefix))
            write_.approval(approval, "created", record.text("server"));
    }

    void take_write(const record_view& record) {
        write_.receipt(record);
        const std::string_view approval = record.text("approval");
        if (approval.starts_with(approval_prefix))
            write_.approval(approval, "executed", record.text("server"));
        if (record.text("outcome") == "unknown")
            write_.alert("outcome_unknown", record.text("receipt"));
    }

    void take_change(const record_view& record) {
        const std::string_view action = record.text("action");
        if (may_end_access(action)) ends_access_ = true;
        if (record.number("status") >= first_failure_status) return;
        const std::string_view approval = approval_of_action(action);
        if (!approval.empty())
            return write_.approval(approval,
                                   action.ends_with("/deny") ? "denied" : "approved", {});
        write_.change(takes_away(action) ? "revocation" : "change", record);
    }

    event_writer write_;
    std::map<std::string, activity_count> activity_;
    bool ends_access_ = false;
};

}  // namespace

event_text event_text_of(const std::vector<storage::audit_entry>& records, std::int64_t until) {
    batch_reader reader{until};
    for (const storage::audit_entry& one : records) {
        const json entry = json::parse(one.entry, nullptr, false);
        if (entry.is_object()) reader.take(record_view{entry});
    }
    return reader.finish();
}

}  // namespace tollgate::tenancy
