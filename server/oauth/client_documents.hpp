// Clients whose client_id is the address of a metadata document, which the gateway fetches.
#pragma once
#include <boost/asio/ssl/context.hpp>

#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "base/async.hpp"
#include "base/clock.hpp"
#include "base/log.hpp"
#include "base/result.hpp"
#include "base/url.hpp"
#include "server/oauth/fair_places.hpp"
#include "tenancy/oauth/claims.hpp"

namespace tollgate::oauth {

struct document_rules {
    bool private_networks = false;  // for tests: allow any address, and plain http on this computer
    std::chrono::milliseconds timeout{5'000};  // from connecting to the last byte
    std::size_t bytes_max = 10 * 1024;
    std::chrono::milliseconds kept{300'000};         // how long a valid document is used
    std::chrono::milliseconds failure_kept{30'000};  // how long a failure is remembered
    std::chrono::milliseconds stale{3'600'000};  // how long a valid document may be used while no
                                                 // fetch is possible
    std::size_t kept_max = 500;
    place_limits at_once{};
    std::vector<std::string> redirect_prefixes{};  // of applications
};

// The client_id as a document's address: https on port 443, a path, no dot segments. Returns
// nullopt if it cannot be one. With `private_networks`, also another port, and http on this
// computer.
std::optional<base::url> parse_document_address(std::string_view client_id, bool private_networks);

// Thread-safe; get() runs on the caller's executor. Connects only to public addresses: the name is
// resolved, the address is checked, and that same address is used. Redirects are not followed.
class client_documents {
public:
    client_documents(document_rules rules, std::shared_ptr<boost::asio::ssl::context> tls,
                     const base::clock& clock, base::logger& log)
        : rules_(std::move(rules)),
          tls_(std::move(tls)),
          clock_(clock),
          log_(log),
          places_(rules_.at_once) {}

    // Returns the client that the document describes. Failures: invalid_argument "invalid_client"
    // with a sentence for people (no such address, not reachable, not a document of that client),
    // and limit_exceeded if too many documents are being fetched for that address or MCP server, or
    // in total.
    base::awaitable<base::result<tenancy::oauth::client_metadata>> get(std::string client_id,
                                                                       asker who);

    bool private_networks() const { return rules_.private_networks; }

private:
    using outcome = base::result<tenancy::oauth::client_metadata>;
    struct kept {
        outcome what;
        base::timestamp until;
    };

    // The remembered outcome: a document that expired no longer than `late` ago, or a failure that
    // has not expired.
    std::optional<outcome> known(const std::string& client_id, std::chrono::milliseconds late);
    base::awaitable<outcome> load(const std::string& client_id, const base::url& at);
    void keep(const std::string& client_id, const outcome& what);

    document_rules rules_;
    std::shared_ptr<boost::asio::ssl::context> tls_;
    const base::clock& clock_;
    base::logger& log_;
    fair_places places_;
    std::mutex mutex_;
    std::map<std::string, kept> kept_;
};

}  // namespace tollgate::oauth
