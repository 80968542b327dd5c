#include "tenancy/rules/service_hosts.hpp"

#include <string_view>

namespace tollgate::tenancy {

namespace {

constexpr std::string_view anywhere_mark = "private+";

base::failure bad_entry(const std::string& entry) {
    return base::invalid(
        "invalid_service_host",
        "'" + entry +
            "' is not a host: write host or host:port, or for a service in a private "
            "network private+https://host:port or private+http://host:port");
}

}  // namespace

base::result<service_hosts> service_hosts::parse(const std::vector<std::string>& entries) {
    service_hosts out;
    for (const auto& text : entries) {
        std::string_view url{text};
        entry one;
        one.anywhere = url.starts_with(anywhere_mark);
        if (one.anywhere) url.remove_prefix(anywhere_mark.size());
        if (!one.anywhere && url.find('/') != std::string_view::npos) return bad_entry(text);
        auto parsed =
            parse_service_url(one.anywhere ? std::string(url) : "https://" + std::string(url));
        if (!parsed || !parsed->path.empty()) return bad_entry(text);
        one.where = std::move(*parsed);
        out.entries_.push_back(std::move(one));
    }
    return out;
}

service_hosts::reach service_hosts::reach_of(const service_access& service) const {
    reach out = reach::none;
    for (const auto& one : entries_) {
        if (one.where.host != service.host || one.where.port != service.port ||
            one.where.tls != service.tls)
            continue;
        if (one.anywhere) return reach::anywhere;
        out = reach::internet;
    }
    return out;
}

base::failure service_hosts::refusal(const service_access& service) {
    return base::fail(base::errc::forbidden, "host_not_allowed",
                      "this gateway does not call " +
                          std::string(service.tls ? "https://" : "http://") + service.authority() +
                          ": its operator has to name it in the setting declarations.hosts first",
                      "service.base_url");
}

}  // namespace tollgate::tenancy
