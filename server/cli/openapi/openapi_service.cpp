#include "server/cli/openapi/openapi_service.hpp"

#include "base/url.hpp"
#include "server/cli/openapi/openapi_words.hpp"

namespace tollgate::server {

namespace {

namespace dom = simdjson::dom;

constexpr std::size_t name_bytes_max = 100;
constexpr std::size_t service_description_bytes_max = 240;
constexpr std::size_t url_bytes_max = 300;

// The URL of the first server, its variables replaced by their defaults.
std::string first_server(const openapi_document& in) {
    dom::array servers;
    dom::object first;
    if (in.root()["servers"].get(servers) != simdjson::SUCCESS ||
        servers.at(0).get(first) != simdjson::SUCCESS)
        return {};
    std::string url{openapi_text(first, "url").substr(0, url_bytes_max)};
    dom::object variables;
    if (first["variables"].get(variables) != simdjson::SUCCESS) return url;
    for (const auto& one : variables) {
        dom::object variable;
        if (one.value.get(variable) != simdjson::SUCCESS) continue;
        const std::string name = '{' + std::string(one.key) + '}';
        const auto at = url.find(name);
        if (at != std::string::npos && url.size() < url_bytes_max)
            url.replace(at, name.size(),
                        openapi_text(variable, "default").substr(0, url_bytes_max));
    }
    return url;
}

bool is_address(std::string_view url) {
    const auto parsed = base::parse_url(url);
    return parsed && parsed->is_web() && !parsed->has_query && url.size() <= url_bytes_max;
}

// The scheme that the document asks of every operation, if it is one alone.
base::result<dom::object> wanted_scheme(const openapi_document& in) {
    dom::object schemes;
    dom::element only;
    if (in.root()["components"]["securitySchemes"].get(schemes) != simdjson::SUCCESS)
        return base::fail(base::errc::not_found, "no_scheme", "it has no scheme");
    dom::array requirements;
    if (in.root()["security"].get(requirements) == simdjson::SUCCESS) {
        for (const auto one : requirements) {
            dom::object names;
            if (one.get(names) != simdjson::SUCCESS || names.size() != 1) continue;
            const std::string_view name = (*names.begin()).key;
            if (schemes[name].get(only) != simdjson::SUCCESS) continue;
            const auto scheme = in.follow(only);
            // Of several, the one that a declaration says best.
            if (scheme && openapi_text(*scheme, "scheme") == "bearer") return scheme;
        }
    }
    for (const auto& one : schemes) return in.follow(one.value);
    return base::fail(base::errc::not_found, "no_scheme", "it has no scheme");
}

void read_auth(const openapi_document& in, written_service& out, std::vector<std::string>& notes) {
    const auto scheme = wanted_scheme(in);
    if (!scheme) {
        notes.emplace_back("the document names no authentication: auth is left to the account");
        return;
    }
    const auto type = openapi_text(*scheme, "type");
    const auto kind = openapi_text(*scheme, "scheme");
    const auto name = openapi_text(*scheme, "name");
    if (type == "apiKey" && openapi_text(*scheme, "in") == "header") {
        out.auth = "api_key";
        if (name != "Authorization") out.auth_header = plain_line(name.substr(0, name_bytes_max));
        return;
    }
    if (type == "http" && kind == "bearer") {
        out.auth = "bearer";
        return;
    }
    notes.push_back("the document asks for an authentication that a file cannot say (" +
                    plain_line(type.substr(0, name_bytes_max)) + (kind.empty() ? "" : " ") +
                    plain_line(kind.substr(0, name_bytes_max)) + "): auth is left to the account");
}

}  // namespace

base::result<written_service> service_of_openapi(const openapi_document& in,
                                                 const std::string& base_url,
                                                 std::vector<std::string>& notes) {
    written_service out;
    dom::object info;
    if (in.root()["info"].get(info) == simdjson::SUCCESS) {
        out.name = first_sentence(openapi_text(info, "title"), name_bytes_max);
        out.description =
            first_sentence(openapi_text(info, "description"), service_description_bytes_max);
    }
    if (out.name.empty()) out.name = "Service";
    if (out.description.empty()) out.description = out.name;
    out.base_url = base_url.empty() ? first_server(in) : base_url;
    while (out.base_url.ends_with('/')) out.base_url.pop_back();
    if (!is_address(out.base_url))
        return base::invalid("no_server",
                             "the document's first server, '" + plain_line(out.base_url) +
                                 "', is not an address such as https://api.example.com: "
                                 "say it with --base-url");
    if (out.is_stripe()) {
        out.name = "Stripe";
        out.auth = "bearer";
    } else {
        read_auth(in, out, notes);
    }
    return out;
}

}  // namespace tollgate::server
