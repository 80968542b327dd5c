// Sends syslog messages over UDP, TCP, TLS or a Unix socket.
#pragma once
#include <memory>
#include <vector>

#include "base/async.hpp"
#include "base/result.hpp"
#include "server/delivery/address.hpp"
#include "server/delivery/outbound.hpp"
#include "server/delivery/syslog_message.hpp"

namespace tollgate::server::delivery {

// Syslog has no acknowledgement. Over TCP and TLS each call uses its own connection; it succeeds
// when everything is written and the receiver has closed its side, or has not done so within two
// seconds. Datagrams succeed when the system has accepted them; a Unix socket waits while the
// receiver's queue is full, but UDP does not detect losses.
class syslog_client {
public:
    // `with.blocking` outlives the client.
    syslog_client(syslog_address to, network with)
        : to_(std::move(to)), with_(std::move(with)), from_(this_sender()) {}

    // Sends the events in order. Fails with errc::unavailable "unreachable". Runs on the caller's
    // executor; `events` live until then.
    base::awaitable<base::result<>> send(const std::vector<syslog_event>& events);

private:
    base::awaitable<base::result<>> send_stream(const std::vector<syslog_event>& events);
    base::awaitable<base::result<>> send_udp(const std::vector<syslog_event>& events);
    base::awaitable<base::result<>> send_unix(const std::vector<syslog_event>& events);

    const syslog_address to_;
    const network with_;
    const syslog_sender from_;
};

}  // namespace tollgate::server::delivery
