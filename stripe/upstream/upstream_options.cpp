#include "stripe/upstream/upstream_options.hpp"

#include <boost/url/parse.hpp>
#include <boost/url/url_view.hpp>

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
    const auto read = boost::urls::parse_uri(url);
    const bool web = read && (read->scheme_id() == boost::urls::scheme::https ||
                              read->scheme_id() == boost::urls::scheme::http);
    if (!web) return base::invalid("bad_url", "The API base must begin with https:// or http://.");
    upstream_options out;
    out.tls = read->scheme_id() == boost::urls::scheme::https;
    out.port = out.tls ? "443" : "80";
    if (read->has_port()) out.port = read->port();
    out.host = read->host_address();
    const bool only_host = !read->has_userinfo() && read->encoded_path().empty() &&
                           !read->has_query() && !read->has_fragment();
    const bool good_port = !read->has_port() || read->port_number() != 0;
    if (!only_host || !good_port || out.host.empty() || read->encoded_host().contains("%"))
        return base::invalid("bad_url", "The API base must be https://host[:port].");
    return out;
}

}  // namespace tollgate::stripe
