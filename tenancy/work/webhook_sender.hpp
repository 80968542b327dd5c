// Tells teams' webhooks what happened to approvals.
#pragma once
#include <boost/asio/steady_timer.hpp>

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/async.hpp"
#include "base/task_group.hpp"
#include "base/webhook.hpp"
#include "storage/webhook_rows.hpp"
#include "tenancy/environment.hpp"

namespace tollgate::tenancy {

struct webhook_rules {
    std::size_t at_once = 16;        // webhooks that are told something at the same time
    std::chrono::seconds lease{60};  // longer than an attempt takes
    std::chrono::milliseconds look_every{2'000};
    std::chrono::milliseconds retry_first{5'000};  // doubles with each attempt
    std::chrono::milliseconds retry_longest{3'600'000};
    std::chrono::hours give_up_after{24};  // counted from the event
};

enum class webhook_outcome : std::uint8_t { delivered, failed, given_up };

// Port: told how attempts end. Called on the loop that sends; must not block.
class webhook_watch {
public:
    virtual ~webhook_watch() = default;
    virtual void webhook_told(webhook_outcome how) noexcept = 0;
};

// What is to be told is durable, in the transaction of what happened; whichever instance runs tells
// it, at least once, with the same message id each time. A webhook is told one thing at a time by
// an instance, leaves its place soon, and a team has at most half of the places: so slow webhooks
// do not hold up the others.
class webhook_sender {
public:
    // `env` lives as long as this object.
    webhook_sender(const environment& env, webhook_rules rules) : env_(env), rules_(rules) {}

    // Sends through `network`, which outlives this object. `link_base` returns where this
    // installation is reached, without a slash at the end, or an empty text. Thread-safe; called
    // for each message. Call before anything below.
    void send_with(base::webhook_network& network, std::function<std::string()> link_base) {
        network_ = &network;
        link_base_ = std::move(link_base);
    }
    // `watch` outlives this object. Call before run().
    void observe(webhook_watch& watch) { watch_ = &watch; }

    const base::webhook_network& network() const { return *network_; }

    // One attempt to tell `to`. Thread-safe; resumes on the caller's executor. Fails with
    // errc::unavailable and what the receiver did, as a sentence.
    base::awaitable<base::result<>> tell(const storage::webhook_row& to,
                                         const storage::webhook_delivery_row& what) const;

    // Tells what is due, until stop(). Start it once.
    base::awaitable<> run();
    // Ends run() soon, after the attempts in progress. Call on its executor's thread.
    void stop();

    // One look: each webhook with something due is told one thing, one after the other. Returns how
    // many attempts were made. run() does the same at once.
    base::awaitable<std::size_t> work_once();

private:
    base::awaitable<std::vector<storage::webhook_row>> due();
    // Nothing if nothing was due, or the outcome could not be stored.
    base::awaitable<std::optional<webhook_outcome>> tell_next(storage::webhook_row to);
    bool has_place(const storage::webhook_row& one) const;
    base::awaitable<> tell_while_due(storage::webhook_row to);

    const environment& env_;
    const webhook_rules rules_;
    base::webhook_network* network_ = nullptr;
    webhook_watch* watch_ = nullptr;
    std::function<std::string()> link_base_;
    bool stopping_ = false;
    std::map<std::string, std::string> busy_;  // webhooks that are told something, with their team
    std::optional<boost::asio::steady_timer> wake_;
    std::optional<base::task_group> running_;
};

// How an attempt that ended at `now` changes the delivery. `failure` is empty if it was
// acknowledged.
storage::webhook_delivery_row after_attempt(storage::webhook_delivery_row what,
                                            const webhook_rules& rules, std::string failure,
                                            base::timestamp now);

}  // namespace tollgate::tenancy
