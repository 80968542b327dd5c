#include "server/app/service_reach.hpp"

#include <stdexcept>
#include <utility>

#include "stripe/upstream/pool.hpp"

namespace tollgate::server {

base::result<stripe::service_reach> open_services(const config& value,
                                                  stripe::upstream_options like) {
    stripe::service_reach out;
    auto allowed = tenancy::service_hosts::parse(value.declarations.hosts);
    if (!allowed) return allowed.error();
    out.allowed = std::move(*allowed);
    out.like = std::move(like);
    if (value.declarations.hosts.empty()) return out;
    try {
        out.tls = stripe::make_client_tls(value.declarations.ca_file);
    } catch (const std::runtime_error& error) {
        return base::invalid("ca_file", error.what(), "declarations.ca_file");
    }
    return out;
}

}  // namespace tollgate::server
