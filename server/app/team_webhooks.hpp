// The connections to the webhooks of teams.
#pragma once
#include <memory>

#include "base/result.hpp"
#include "base/webhook.hpp"
#include "base/worker.hpp"
#include "server/config/config.hpp"
#include "server/pipeline/base_url.hpp"

namespace tollgate::tenancy {
class approvals;
class webhook_sender;
}  // namespace tollgate::tenancy

namespace tollgate::server {

// Outlives tenancy's use of it, which is in the coroutines that send.
class team_webhooks {
public:
    // Connects both to the webhooks. Links in messages begin with webhooks.link_base, or with
    // the address in `urls`, which outlives this object. Fails with a sentence if webhooks.ca_file
    // cannot be used. Blocks.
    base::result<> open(const config& value, tenancy::webhook_sender& sender,
                        tenancy::approvals& approvals, const base_urls& urls);
    // Stops the threads, which resume coroutines. Call when no loop runs any more.
    void halt() { blocking_.reset(); }

private:
    std::unique_ptr<base::worker> blocking_;  // resolves names
    std::unique_ptr<base::webhook_network> network_;
};

}  // namespace tollgate::server
