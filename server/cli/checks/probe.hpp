// One HTTP request to a system outside, for checks.
#pragma once
#include <chrono>
#include <optional>
#include <string>

#include "base/result.hpp"
#include "server/cli/clients/mcp_exchange.hpp"

namespace tollgate::server::checks {

struct probe_answer {
    clients::reply_head head;
    std::string body;  // its beginning, of a stream of events
    // The other side's clock minus ours, if the answer has a Date.
    std::optional<std::chrono::seconds> skew{};
};

// Asks `url` (https, or http on loopback) within ten seconds; `ca_file` names certificate
// authorities, empty: the system's. Of a stream of events, only the first event is waited for.
// Blocks. Fails with "bad_url", "ca_file", and unavailable with what happened.
base::result<probe_answer> probe(const std::string& url, clients::mcp_request what,
                                 const std::string& ca_file = {});

}  // namespace tollgate::server::checks
