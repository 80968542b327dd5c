// A team's webhooks: addresses that receive the events of approvals.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "base/async.hpp"
#include "base/result.hpp"
#include "base/secret.hpp"
#include "storage/record_store.hpp"
#include "tenancy/environment.hpp"
#include "tenancy/grants/api_keys.hpp"
#include "tenancy/work/webhook_sender.hpp"

namespace tollgate::tenancy {

constexpr std::int64_t webhooks_per_team = 10;
constexpr std::chrono::hours keep_webhook_deliveries{24 * 30};

struct webhook_input {
    std::string name;
    base::secret address;
    std::string format = "standard";
    std::optional<std::vector<std::string>> events{};  // absent: all
};

struct new_webhook {
    storage::webhook_row made;
    base::secret key;  // "whsec_…": shown once; empty for a format without a signature
};

// The names in storage::webhook_row::events.
std::vector<std::string> events_of(const storage::webhook_row& webhook);

// Thread-safe. Every call resumes on the caller's executor; references live until the awaitable
// completes. Every call fails with not_found if the team has no such webhook or delivery.
class webhooks {
public:
    webhooks(const environment& env, webhook_sender& sender) : env_(env), sender_(sender) {}

    // Failures: "invalid_name", "invalid_format", "invalid_events", "invalid_address",
    // "limit_reached".
    base::awaitable<base::result<new_webhook>> create(const api_key& by, webhook_input input,
                                                      answer_writer<new_webhook> answer);

    // All webhooks of the team, oldest first.
    base::awaitable<base::result<std::vector<storage::webhook_row>>> list(std::string team_id);
    base::awaitable<base::result<storage::webhook_row>> get(std::string team_id, std::string id);
    // Once it returns, nothing more is sent to the webhook, except by an attempt in progress.
    base::awaitable<base::result<>> remove(std::string team_id, std::string id);

    // Newest first.
    base::awaitable<base::result<std::vector<storage::webhook_delivery_row>>> deliveries(
        std::string team_id, std::string id, storage::page where);
    // Sends a delivery again soon, with the same message id.
    base::awaitable<base::result<>> repeat(std::string team_id, std::string id,
                                           std::string delivery_id);
    // Sends a test message. Returns an empty text if the receiver acknowledged it, otherwise a
    // sentence on what the receiver did.
    base::awaitable<base::result<std::string>> test(std::string team_id, std::string id);

private:
    const environment& env_;
    webhook_sender& sender_;
};

}  // namespace tollgate::tenancy
