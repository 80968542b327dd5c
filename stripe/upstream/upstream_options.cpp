#include "stripe/upstream/upstream_options.hpp"

#include "base/url.hpp"

namespace tollgate::stripe {

upstream_options files_options(upstream_options api) {
    if (api.host == "api.stripe.com" && !api.of_service) api.host = "files.stripe.com";
    return api;
}

upstream_options service_options(upstream_options api, const tenancy::service_access& service) {
    api.host = service.host;
    api.port = std::to_string(service.port);
    api.tls = service.tls;
    api.receiver = service.authority();
    api.of_service = true;
    return api;
}

base::result<upstream_options> parse_api_base(const std::string& url) {
    const auto parsed = base::parse_url(url);
    if (!parsed || !parsed->is_web())
        return base::invalid("bad_url", "The API base must begin with https:// or http://.");
    if (!parsed->path.empty() || parsed->has_query)
        return base::invalid("bad_url", "The API base must be https://host[:port].");
    upstream_options out;
    out.tls = parsed->is_https();
    out.host = parsed->host;
    out.port = std::to_string(parsed->port);
    return out;
}

}  // namespace tollgate::stripe
