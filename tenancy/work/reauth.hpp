// Marks accounts whose credential Stripe refuses, so that it is not used again.
#pragma once
#include <boost/asio/steady_timer.hpp>

#include <map>
#include <mutex>
#include <optional>
#include <string>

#include "tenancy/changes/change_feed.hpp"
#include "tenancy/environment.hpp"
#include "tenancy/grants/grants.hpp"
#include "tenancy/rules/credential_watch.hpp"

namespace tollgate::tenancy {

// A refusal is stored in memory at once; run() writes them, one account at a time. While an account
// waits to be marked, further refusals have no effect.
class reauth_marker final : public credential_watch {
public:
    // The references live as long as this object.
    reauth_marker(const environment& env, grants& live_grants, change_feed& changes)
        : env_(env), grants_(live_grants), changes_(changes) {}

    void rejected(const account_access& account) override;

    // Writes pending refusals until stop(), and then the remaining ones. Runs on the caller's
    // executor; start it once.
    base::awaitable<> run();
    // Ends run() soon. Call on its executor's thread.
    void stop();

private:
    struct refusal {
        std::string team_id;
        std::int64_t version = 0;
    };
    struct noted {
        std::string account_id;
        refusal what;
    };

    std::optional<noted> next() const;
    void forget(const std::string& account_id);
    base::awaitable<> mark(const noted& one);

    const environment& env_;
    grants& grants_;
    change_feed& changes_;
    mutable std::mutex mutex_;
    std::map<std::string, refusal> waiting_;  // by account, including the one in progress
    std::optional<base::executor> where_;     // set while run() runs
    std::optional<boost::asio::steady_timer> wake_;
    bool stopping_ = false;
};

}  // namespace tollgate::tenancy
