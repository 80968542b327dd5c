// Clients that describe themselves at an address of their own: the client_id is the address of a
// metadata document, which is fetched.
#pragma once
#include <boost/asio/ssl/context.hpp>

#include <atomic>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>

#include "base/async.hpp"
#include "base/clock.hpp"
#include "base/log.hpp"
#include "base/result.hpp"
#include "tenancy/oauth/claims.hpp"

namespace tollgate::oauth {

struct document_rules {
    bool private_networks = false;  // for tests: any address, and plain http on this computer
    std::chrono::milliseconds patience{5'000};  // for connecting, and for each step after it
    std::size_t bytes_max = 10 * 1024;
    std::chrono::milliseconds kept{300'000};         // how long a good one is used
    std::chrono::milliseconds failure_kept{30'000};  // and how long none is asked for again
    std::size_t kept_max = 500;
    int at_once_max = 8;
    std::vector<std::string> redirect_prefixes{};  // of applications
};

// True for what may be the address of a document: https, a path, no dot segments.
bool is_document_address(std::string_view client_id, bool private_networks);

// Thread-safe; get() runs on the caller's executor. Only public addresses are connected to, after
// the name was looked up, and to that very address; redirects are not followed.
class client_documents {
public:
    client_documents(document_rules rules, std::shared_ptr<boost::asio::ssl::context> tls,
                     const base::clock& clock, base::logger& log)
        : rules_(std::move(rules)), tls_(std::move(tls)), clock_(clock), log_(log) {}

    // The client that the document describes. Failures: invalid_argument "invalid_client" with a
    // sentence for people (no such address, not reachable, not a document of that client), and
    // limit_exceeded when too many are being fetched.
    base::awaitable<base::result<tenancy::oauth::client_metadata>> get(std::string client_id);

    bool private_networks() const { return rules_.private_networks; }

private:
    using outcome = base::result<tenancy::oauth::client_metadata>;
    struct kept {
        outcome what;
        base::timestamp until;
    };

    base::awaitable<outcome> load(const std::string& client_id);
    void keep(const std::string& client_id, const outcome& what);

    document_rules rules_;
    std::shared_ptr<boost::asio::ssl::context> tls_;
    const base::clock& clock_;
    base::logger& log_;
    std::atomic<int> running_{0};
    std::mutex mutex_;
    std::map<std::string, kept> kept_;
};

}  // namespace tollgate::oauth
