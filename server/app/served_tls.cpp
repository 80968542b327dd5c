#include "server/app/served_tls.hpp"

#include "server/app/certificate.hpp"

namespace tollgate::server {

base::result<> served_tls::load() {
    if (!on()) return {};
    auto context = load_tls(certificate_, key_);
    if (!context) return context.error();
    note_certificate(**context, counts_, log_);
    source_.replace(std::move(*context));
    return {};
}

void served_tls::reload() {
    if (!on()) return;
    auto loaded = load();
    if (!loaded) {
        // The old certificate stays in use: a bad file must not stop the gateway.
        log_.error("tls_reload_failed", {{"reason", loaded.error().message}});
        return;
    }
    log_.info("tls_reloaded");
}

}  // namespace tollgate::server
