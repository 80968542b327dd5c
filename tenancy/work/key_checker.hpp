// Checks the keys of accounts at Stripe, once a day each.
#pragma once
#include <boost/asio/steady_timer.hpp>

#include <chrono>
#include <optional>
#include <string>

#include "base/async.hpp"
#include "base/result.hpp"
#include "storage/changes/key_checks.hpp"
#include "tenancy/environment.hpp"

namespace tollgate::tenancy {

// Port: checks the key of an account once, and keeps what is found.
class key_check_maker {
public:
    virtual ~key_check_maker() = default;
    // Fails if nothing was found out, with errc::unavailable if Stripe did not answer.
    virtual base::awaitable<base::result<>> check_key(std::string team_id, std::string id) = 0;
};

struct key_checker_rules {
    std::chrono::milliseconds look_every{10'000};
    std::chrono::milliseconds first_after{600'000};    // of accounts for which no check is planned
    std::chrono::milliseconds pause{1'000};            // between two checks
    std::chrono::milliseconds again_after{3'600'000};  // if a check found nothing out
    std::chrono::milliseconds lease{120'000};  // after this, another instance may check the key
};

// The due time of each account is in the record store: a killed process loses nothing, and
// instances that share the store take turns. One check at a time. The time of an account's next
// check differs by up to a tenth, so that keys connected together are not checked together.
class key_checker {
public:
    // The references live as long as this object.
    key_checker(const environment& env, key_check_maker& maker, key_checker_rules rules = {})
        : env_(env), maker_(maker), rules_(rules) {}

    // Checks one key if one is due; true if it did. Failures are logged, and tried again later.
    // Only one call may run at a time.
    base::awaitable<bool> work_once();

    // Checks what is due, until stop(); nothing if limits.key_check_every is 0. Runs on the
    // caller's executor; start it once.
    base::awaitable<> run();
    // Ends run() soon, after the current check. Call on its executor's thread.
    void stop();

private:
    base::awaitable<std::optional<storage::account_to_check>> take(const std::string& claim);
    base::timestamp next_check(bool found) const;

    const environment& env_;
    key_check_maker& maker_;
    const key_checker_rules rules_;
    bool stopping_ = false;
    std::optional<boost::asio::steady_timer> wake_;
};

}  // namespace tollgate::tenancy
