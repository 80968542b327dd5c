// Records of an audit log as server-sent events: what happened to which object, without the
// object's content.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "storage/audit_rows.hpp"

namespace tollgate::tenancy {

struct event_text {
    std::string events;        // server-sent events; empty if there are none
    bool ends_access = false;  // a session, a person or an API key may have ended
};

// The events of records in the order of their log. The id of each event is `until`, the position
// after the last record. Calls of one MCP server become one event. A record that cannot be read is
// left out. docs/events.md describes the events and their members.
event_text event_text_of(const std::vector<storage::audit_entry>& records, std::int64_t until);

}  // namespace tollgate::tenancy
