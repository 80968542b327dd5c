// Sends the events of approvals to teams' webhooks.
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
    std::size_t at_once = 16;        // webhooks that are sent to at the same time
    std::chrono::seconds lease{60};  // longer than an attempt takes
    std::chrono::milliseconds look_every{2'000};
    std::chrono::milliseconds retry_first{5'000};  // doubles with each attempt
    std::chrono::milliseconds retry_longest{3'600'000};
    std::chrono::hours give_up_after{24};  // counted from the event
};

enum class webhook_outcome : std::uint8_t { delivered, failed, given_up };

// Port: measurements of attempts. Called on the loop that sends; must not block.
class webhook_watch {
public:
    virtual ~webhook_watch() = default;
    virtual void webhook_attempted(webhook_outcome how) noexcept = 0;
};

// A delivery is stored in the transaction of its event; a running instance then sends it, at least
// once, with the same message id each time. An instance sends one delivery at a time to a webhook.
// A webhook gives up its place after a failure or after a short time, and a team may use at most
// half of the places, so that slow webhooks do not delay others.
class webhook_sender {
public:
    // `env` lives as long as this object.
    webhook_sender(const environment& env, webhook_rules rules) : env_(env), rules_(rules) {}

    // Sends through `network`, which outlives this object. `link_base` returns the address of this
    // installation, without a trailing slash, or an empty text. Thread-safe; called for each
    // message. Call before anything below.
    void send_with(base::webhook_network& network, std::function<std::string()> link_base) {
        network_ = &network;
        link_base_ = std::move(link_base);
    }
    // `watch` outlives this object. Call before run().
    void observe(webhook_watch& watch) { watch_ = &watch; }

    const base::webhook_network& network() const { return *network_; }

    // One attempt to send to `to`. Thread-safe; resumes on the caller's executor. Fails with
    // errc::unavailable and a sentence on what the receiver did.
    base::awaitable<base::result<>> deliver(const storage::webhook_row& to,
                                            const storage::webhook_delivery_row& what) const;

    // Sends what is due, until stop(). Start it once.
    base::awaitable<> run();
    // Ends run() soon, after the attempts in progress. Call on its executor's thread.
    void stop();

    // One pass: sends one due delivery to each webhook that has one, one after the other. Returns
    // how many attempts were made. run() makes several attempts at the same time.
    base::awaitable<std::size_t> work_once();

private:
    base::awaitable<std::vector<storage::webhook_row>> due();
    // Nullopt if nothing was due, or the outcome could not be stored.
    base::awaitable<std::optional<webhook_outcome>> deliver_next(storage::webhook_row to);
    bool has_place(const storage::webhook_row& one) const;
    base::awaitable<> deliver_while_due(storage::webhook_row to);

    const environment& env_;
    const webhook_rules rules_;
    base::webhook_network* network_ = nullptr;
    webhook_watch* watch_ = nullptr;
    std::function<std::string()> link_base_;
    bool stopping_ = false;
    std::map<std::string, std::string> busy_;  // webhooks that are being sent to, with their team
    std::optional<boost::asio::steady_timer> wake_;
    std::optional<base::task_group> running_;
};

// How an attempt that ended at `now` changes the delivery. `failure` is empty if it was
// acknowledged.
storage::webhook_delivery_row after_attempt(storage::webhook_delivery_row what,
                                            const webhook_rules& rules, std::string failure,
                                            base::timestamp now);

}  // namespace tollgate::tenancy
