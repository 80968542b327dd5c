// Writes the lines of refund logs to the companies' own databases.
#pragma once
#include <boost/asio/steady_timer.hpp>

#include <chrono>
#include <cstdint>
#include <optional>

#include "base/async.hpp"
#include "storage/order_rows.hpp"
#include "tenancy/environment.hpp"

namespace tollgate::tenancy {

struct refund_sender_rules {
    std::int64_t at_once = 50;       // lines that an instance claims together
    std::chrono::seconds lease{60};  // longer than it needs for them
    std::chrono::milliseconds look_every{1'000};
    std::chrono::milliseconds retry_first{2'000};  // doubles with each attempt
    std::chrono::milliseconds retry_longest{300'000};
};

// A line is stored in the transaction of the refund's outcome; a running instance then writes it to
// the company's database, at least once, and never gives up. The company's statement recognizes a
// repeated line by its receipt. A database that cannot be reached delays the lines of other
// databases by at most one attempt per pass: its other lines wait for the next pass.
class refund_sender {
public:
    // `env` lives as long as this object.
    explicit refund_sender(const environment& env, refund_sender_rules rules = {})
        : env_(env), rules_(rules) {}

    // Writes what is due, until stop(); returns at once if there is no external database. Start it
    // once.
    base::awaitable<> run();
    // Ends run() soon, after the line in progress. Call on its executor's thread.
    void stop();

    // One pass; returns how many lines were delivered.
    base::awaitable<std::size_t> work_once();

private:
    enum class outcome : std::uint8_t { delivered, later, unavailable };
    base::awaitable<outcome> deliver(storage::refund_delivery one);

    const environment& env_;
    const refund_sender_rules rules_;
    bool stopping_ = false;
    std::optional<boost::asio::steady_timer> wake_;
};

}  // namespace tollgate::tenancy
