#include "stripe/upstream/request_text.hpp"

#include "base/json_text.hpp"

namespace tollgate::stripe {

namespace {

void add(std::string& out, std::string_view name, std::string_view value) {
    out += name;
    out += ": ";
    out += value;
    out += "\r\n";
}

}  // namespace

std::string request_text(const upstream_request& request, const upstream_options& options) {
    std::string out;
    out.reserve(512 + request.target.size() + request.body.size());
    out += request.method;
    out += ' ';
    out += request.target;
    out += " HTTP/1.1\r\nHost: ";
    out += options.host;
    const bool usual_port = options.port == (options.tls ? "443" : "80");
    if (!usual_port) {
        out += ':';
        out += options.port;
    }
    out += "\r\n";
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
    if (!request.idempotency_key.empty()) add(out, "Idempotency-Key", request.idempotency_key);
    add(out, "User-Agent", options.user_agent);
    // The files host also answers with files.
    add(out, "Accept", request.host == api_host::files ? "*/*" : "application/json");
    if (request.method == "POST") {
        add(out, "Content-Type",
            request.content_type.empty() ? "application/x-www-form-urlencoded"
                                         : std::string_view(request.content_type));
        out += "Content-Length: ";
        base::append_json_number(out, static_cast<std::int64_t>(request.body.size()));
        out += "\r\n";
    }
    out += "\r\n";
    if (request.method == "POST") out += request.body;
    return out;
}

}  // namespace tollgate::stripe
