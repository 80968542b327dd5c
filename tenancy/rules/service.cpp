#include "tenancy/rules/service.hpp"

#include <algorithm>
#include <array>

#include "base/text.hpp"
#include "base/url.hpp"

namespace tollgate::tenancy {

namespace {

constexpr std::size_t base_url_bytes_max = 300;
constexpr std::size_t header_name_bytes_max = 64;
constexpr std::size_t credential_bytes_min = 8;
constexpr std::size_t credential_bytes_max = 4'096;
constexpr std::uint16_t tls_port = 443;
constexpr std::uint16_t plain_port = 80;

constexpr std::array<std::string_view, 3> auth_words{"bearer", "basic", "header"};
// Headers that the gateway writes itself, or that affect how a message is parsed.
constexpr std::array<std::string_view, 18> own_headers{"accept",
                                                       "accept-encoding",
                                                       "authorization",
                                                       "connection",
                                                       "content-encoding",
                                                       "content-length",
                                                       "content-type",
                                                       "cookie",
                                                       "expect",
                                                       "host",
                                                       "idempotency-key",
                                                       "keep-alive",
                                                       "te",
                                                       "trailer",
                                                       "transfer-encoding",
                                                       "upgrade",
                                                       "proxy-authorization",
                                                       "user-agent"};

base::failure bad_url(std::string_view why) {
    return base::invalid("invalid_base_url",
                         "service.base_url must be https://host[:port][/path]: " + std::string(why),
                         "service.base_url");
}

// `host` has passed parse_url().
bool is_service_host(std::string_view host) {
    return host.size() <= 253 && host.front() != '.' && host.front() != '-' &&
           host.find("..") == std::string_view::npos && host.find('_') == std::string_view::npos;
}

bool is_plain_segment(std::string_view segment) {
    constexpr std::string_view allowed{"-_.~"};
    return !segment.empty() && segment != "." && segment != ".." &&
           std::ranges::all_of(segment, [&](char c) {
               return base::is_letter_or_digit(c) || allowed.find(c) != std::string_view::npos;
           });
}

bool is_plain_path(std::string_view path) {
    while (!path.empty()) {
        path.remove_prefix(1);
        const auto segment = path.substr(0, path.find('/'));
        if (!is_plain_segment(segment)) return false;
        path.remove_prefix(segment.size());
    }
    return true;
}

bool is_header_name(std::string_view name) {
    return !name.empty() && name.size() <= header_name_bytes_max &&
           std::ranges::all_of(
               name, [](char c) { return base::is_letter_or_digit(c) || c == '-' || c == '_'; });
}

}  // namespace

std::string_view to_string(service_auth how) {
    return auth_words.at(static_cast<std::size_t>(how));
}

std::string service_access::authority() const {
    std::string out = host.find(':') == std::string::npos ? host : '[' + host + ']';
    if (port != (tls ? tls_port : plain_port)) out += ':' + std::to_string(port);
    return out;
}

std::string service_access::base_url() const {
    return (tls ? "https://" : "http://") + authority() + path;
}

base::result<service_access> parse_service_url(std::string_view base_url) {
    if (base_url.size() > base_url_bytes_max) return bad_url("it has more than 300 bytes");
    const auto parsed = base::parse_url(base_url);
    if (!parsed) return bad_url("its host or port cannot be read, or it has a user or a fragment");
    if (!parsed->is_web()) return bad_url("begin with https://");
    if (!parsed->is_ipv6 && !is_service_host(parsed->host))
        return bad_url("its host cannot be read");
    service_access out;
    out.tls = parsed->is_https();
    out.host = parsed->host;
    out.port = parsed->port;
    std::string_view path = parsed->path;
    if (path.ends_with('/')) path.remove_suffix(1);
    if (parsed->has_query || !is_plain_path(path))
        return bad_url(
            "its path may have letters, digits and '-', '_', '.', '~' between slashes, and neither "
            "a query nor empty or dot parts");
    out.path = path;
    return out;
}

base::result<service_access> parse_service(std::string_view base_url, std::string_view auth,
                                           std::string_view header) {
    auto out = parse_service_url(base_url);
    if (!out) return out;
    const auto word = std::ranges::find(auth_words, auth);
    if (word == auth_words.end())
        return base::invalid("invalid_service_auth", "service.auth must be bearer, basic or header",
                             "service.auth");
    out->auth = static_cast<service_auth>(word - auth_words.begin());
    const bool named = out->auth == service_auth::header;
    if (!named && !header.empty())
        return base::invalid("invalid_service_header",
                             "service.header is for service.auth header only: leave it out",
                             "service.header");
    if (!named) return out;
    const bool own = std::ranges::find(own_headers, base::to_lower(header)) != own_headers.end();
    if (!is_header_name(header) || own)
        return base::invalid("invalid_service_header",
                             "service.header must be the name of the header that takes the "
                             "credential, such as X-Api-Key; a header of HTTP itself is refused",
                             "service.header");
    out->header = header;
    return out;
}

base::result<> check_service_credential(std::string_view credential, service_auth how) {
    constexpr std::array<std::string_view, 6> of_stripe{"sk_live_", "sk_test_", "rk_live_",
                                                        "rk_test_", "whsec_",   "sk_org_"};
    if (std::ranges::any_of(of_stripe, [&](auto one) { return credential.starts_with(one); }))
        return base::invalid("stripe_key",
                             "this is a key of Stripe's, and must not reach another service: "
                             "connect it as an account without service",
                             "credential");
    if (credential.starts_with("tgk_") || credential.starts_with("tgm_"))
        return base::invalid(
            "gateway_key", "this is a key of this gateway, not of the service: give the service's",
            "credential");
    const bool printable =
        std::ranges::all_of(credential, [](char c) { return c >= ' ' && c <= '~'; });
    const bool fits =
        credential.size() >= credential_bytes_min && credential.size() <= credential_bytes_max;
    if (!fits || !printable || credential.front() == ' ' || credential.back() == ' ')
        return base::invalid("credential_shape",
                             "the credential of a service must have 8 to 4096 printable ASCII "
                             "characters, without blanks at its ends",
                             "credential");
    const auto colon = credential.find(':');
    if (how == service_auth::basic && (colon == std::string_view::npos || colon == 0))
        return base::invalid("credential_shape",
                             "the credential of service.auth basic must be user:password",
                             "credential");
    return {};
}

}  // namespace tollgate::tenancy
