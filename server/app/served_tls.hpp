// The certificate that the listeners serve: loaded at the start, reloaded on SIGHUP.
#pragma once
#include <string>

#include "base/log.hpp"
#include "base/result.hpp"
#include "server/http/listener.hpp"

namespace tollgate::server {

class metrics;

// App-lifetime. load() and reload() are called by one thread at a time; connections read the source
// on any thread.
class served_tls {
public:
    // Both file names are empty for plain HTTP. `counts` and `log` outlive this object.
    served_tls(std::string certificate, std::string key, metrics& counts, base::logger& log)
        : certificate_(std::move(certificate)), key_(std::move(key)), counts_(counts), log_(log) {}

    // Reads the files; does nothing for plain HTTP. Fails as load_tls() does.
    base::result<> load();

    // Reloads the files, for new connections. Never fails: unusable files are logged, and the
    // current certificate stays in use.
    void reload();

    // True if the listeners use TLS.
    bool on() const { return !certificate_.empty(); }

    // For listeners: null for plain HTTP.
    tls_source* source() { return on() ? &source_ : nullptr; }

private:
    const std::string certificate_;
    const std::string key_;
    metrics& counts_;
    base::logger& log_;
    tls_source source_;
};

}  // namespace tollgate::server
