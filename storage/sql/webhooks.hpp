// Webhooks of teams and their deliveries. storage/changes/webhooks.hpp describes the changes; all
// functions throw sql_error on faults.
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "storage/changes/webhooks.hpp"
#include "storage/record_store.hpp"
#include "storage/sql/session.hpp"

namespace tollgate::storage::sql {

base::result<> write(session& db, const add_webhook& change);
base::result<> write(session& db, const remove_webhook& change);
base::result<> write(session& db, const claim_webhook_delivery& change);
base::result<> write(session& db, const finish_webhook_delivery& change);
base::result<> write(session& db, const repeat_webhook_delivery& change);
base::result<> write(session& db, const purge_webhook_deliveries& change);

// Adds a delivery, due at `now`, for each webhook of the team that subscribes to this event of an
// approval.
void announce(session& db, const std::string& team_id, const std::string& approval_id,
              std::string_view event, timestamp now);

// The reads of record_store.
std::optional<webhook_row> find_webhook(session& db, const std::string& team_id,
                                        const std::string& id);
std::vector<webhook_row> list_webhooks(session& db, const std::string& team_id);
std::vector<webhook_delivery_row> list_webhook_deliveries(session& db, const std::string& team_id,
                                                          const std::string& webhook_id,
                                                          const page& where);
std::vector<webhook_row> list_webhooks_due(session& db, timestamp now, std::int64_t limit);

}  // namespace tollgate::storage::sql
