#include "stripe/upstream/request_text.hpp"

#include "base/crypto.hpp"
#include "base/json_text.hpp"

namespace tollgate::stripe {

namespace {

void add(std::string& out, std::string_view name, std::string_view value) {
    out += name;
    out += ": ";
    out += value;
    out += "\r\n";
}

bool has_body(std::string_view method) {
    return method == "POST" || method == "PUT" || method == "PATCH";
}

// Writes the credential where the service expects it.
void add_service_headers(std::string& out, const upstream_request& request,
                         const tenancy::service_access& service) {
    const auto credential = request.access.credential.reveal();
    switch (service.auth) {
        case tenancy::service_auth::bearer:
            out += "Authorization: Bearer ";
            out += credential;
            break;
        case tenancy::service_auth::basic:
            out += "Authorization: Basic " + base::base64(credential);
            break;
        case tenancy::service_auth::header:
            out += service.header;
            out += ": ";
            out += credential;
            break;
    }
    out += "\r\n";
}

// Writes the key and Stripe's other headers.
void add_stripe_headers(std::string& out, const upstream_request& request) {
    out += "Authorization: Bearer ";
    out += request.access.credential.reveal();
    out += "\r\n";
    const auto& version = request.access.stripe_version;
    add(out, "Stripe-Version", version.empty() ? request.default_version : version);
    const auto acting_for = request.connected_account.empty()
                                ? std::string_view(request.access.stripe_account)
                                : request.connected_account;
    // v2 uses a different header name.
    const bool v2 = request.target.starts_with("/v2/");
    if (!acting_for.empty()) add(out, v2 ? "Stripe-Context" : "Stripe-Account", acting_for);
}

}  // namespace

std::string request_text(const upstream_request& request, const upstream_options& options) {
    std::string out;
    out.reserve(512 + request.target.size() + request.body.size());
    out += request.method;
    out += ' ';
    out += request.target;
    out += " HTTP/1.1\r\nHost: ";
    out += options.host.find(':') == std::string::npos ? options.host : '[' + options.host + ']';
    const bool usual_port = options.port == (options.tls ? "443" : "80");
    if (!usual_port) {
        out += ':';
        out += options.port;
    }
    out += "\r\n";
    if (request.access.service)
        add_service_headers(out, request, *request.access.service);
    else
        add_stripe_headers(out, request);
    if (!request.idempotency_key.empty()) add(out, "Idempotency-Key", request.idempotency_key);
    add(out, "User-Agent", options.user_agent);
    // The files host also answers with files.
    add(out, "Accept", request.host == api_host::files ? "*/*" : "application/json");
    if (has_body(request.method)) {
        add(out, "Content-Type",
            request.content_type.empty() ? "application/x-www-form-urlencoded"
                                         : std::string_view(request.content_type));
        out += "Content-Length: ";
        base::append_json_number(out, static_cast<std::int64_t>(request.body.size()));
        out += "\r\n";
    }
    out += "\r\n";
    if (has_body(request.method)) out += request.body;
    return out;
}

}  // namespace tollgate::stripe
