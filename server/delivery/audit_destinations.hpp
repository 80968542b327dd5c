// The destinations of the audit logs: a file, a webhook, syslog.
#pragma once
#include <memory>
#include <string>

#include "base/clock.hpp"
#include "base/webhook.hpp"
#include "server/delivery/syslog_client.hpp"
#include "tenancy/audit/audit_destination.hpp"

namespace tollgate::server::delivery {

// Each batch is one message of type "audit.records". The id of the message consists of the team and
// the positions, so that a repeated batch has the same id. `clock` outlives the destination.
std::unique_ptr<tenancy::record_destination> records_to_webhook(std::unique_ptr<base::webhook> to,
                                                                const base::clock& clock);
// Each checkpoint is one message of type "audit.anchor".
std::unique_ptr<tenancy::anchor_destination> anchors_to_webhook(std::unique_ptr<base::webhook> to,
                                                                const base::clock& clock);

// Each record is one syslog message, whose text is the entry.
std::unique_ptr<tenancy::record_destination> records_to_syslog(syslog_client to);
// Each checkpoint is one syslog message, whose text is JSON.
std::unique_ptr<tenancy::anchor_destination> anchors_to_syslog(syslog_client to);

// Each checkpoint is appended to the file (append_anchor). `blocking` outlives the destination.
std::unique_ptr<tenancy::anchor_destination> anchors_to_file(std::string path,
                                                             base::worker& blocking);

}  // namespace tollgate::server::delivery
