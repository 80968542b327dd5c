#include "storage/postgresql/address.hpp"

#include <algorithm>
#include <array>
#include <string_view>
#include <unistd.h>
#include <utility>
#include <vector>

#include "base/encoding.hpp"
#include "base/nearest.hpp"
#include "base/url.hpp"
#include "storage/postgresql/connection.hpp"

namespace tollgate::storage::postgresql {

namespace {

using base::result;

// libpq accepts more parameters; these do not weaken what the store relies on.
constexpr std::array<std::string_view, 14> address_parameters{"host",
                                                              "hostaddr",
                                                              "port",
                                                              "user",
                                                              "password",
                                                              "passfile",
                                                              "sslmode",
                                                              "sslrootcert",
                                                              "sslcert",
                                                              "sslkey",
                                                              "sslcrl",
                                                              "channel_binding",
                                                              "application_name",
                                                              "target_session_attrs"};
constexpr std::array<std::string_view, 5> tls_modes{"disable", "prefer", "require", "verify-ca",
                                                    "verify-full"};

base::failure bad(std::string sentence) {
    return base::invalid("bad_database_url", std::move(sentence));
}

std::vector<std::pair<std::string, std::string>> parameters_of(const std::string& url) {
    std::vector<std::pair<std::string, std::string>> out;
    const auto question = url.find('?');
    if (question == std::string::npos) return out;
    std::string_view rest{url};
    rest.remove_prefix(question + 1);
    while (!rest.empty()) {
        const std::string_view one = rest.substr(0, rest.find('&'));
        rest.remove_prefix(std::min(one.size() + 1, rest.size()));
        const auto equals = std::min(one.find('='), one.size());
        const auto plain = [](std::string_view part) {
            return base::percent_decoded(part, base::plus_sign::itself).value_or(std::string{part});
        };
        out.emplace_back(plain(one.substr(0, equals)),
                         plain(one.substr(std::min(equals + 1, one.size()))));
    }
    return out;
}

template <std::size_t Count>
bool is_one_of(const std::array<std::string_view, Count>& words, const std::string& word) {
    return std::find(words.begin(), words.end(), word) != words.end();
}

// Parameters that libpq accepts and the store refuses. Messages may quote these names; any other
// unknown name may be part of a password that contains a '?' or '&'.
constexpr std::array<std::string_view, 12> forbidden{
    "options",    "dbname",           "service",         "connect_timeout",
    "keepalives", "tcp_user_timeout", "replication",     "gssencmode",
    "krbsrvname", "requirepeer",      "client_encoding", "fallback_application_name"};

result<> check_parameter(const std::string& name, const std::string& value) {
    if (!is_one_of(address_parameters, name)) {
        const auto near = base::nearest_word(name, address_parameters);
        return bad("has a parameter" +
                   (is_one_of(forbidden, name) ? " '" + name + "'" : std::string{}) +
                   " that is not supported" +
                   (near.empty() ? "; special characters in a password are written as %XX"
                                 : "; did you mean '" + std::string(near) + "'?"));
    }
    if (name == "sslmode" && !is_one_of(tls_modes, value))
        return bad(
            "has an unknown sslmode: it must be disable, prefer, require, verify-ca or "
            "verify-full");
    const bool file = name == "sslrootcert" || name == "sslcert" || name == "sslkey" ||
                      name == "sslcrl" || name == "passfile";
    if (file && ::access(value.c_str(), R_OK) != 0)
        return bad("names in " + name + " a file that cannot be read");
    return {};
}

// True if an unescaped '@' or '/' ends the password too early: libpq uses the first '@' before the
// first '/', and its own message would quote the rest.
bool ends_early(std::string_view url) {
    const auto parts = base::split_url(url);
    if (!parts) return false;
    const std::string_view rest =
        url.substr(url.size() - parts->authority.size() - parts->rest.size());
    const auto at = rest.find('@');
    if (at == std::string_view::npos) return false;
    const auto end = std::min(rest.find_first_of("/?"), rest.size());
    return at > end || rest.find('@', at + 1) != std::string_view::npos;
}

}  // namespace

result<> check_address(const std::string& url) {
    if (!url.starts_with("postgresql://") && !url.starts_with("postgres://"))
        return bad("must begin with postgresql://");
    base::failure malformed = bad(
        "must be postgresql://user:password@host:port/database?sslmode=…; special characters in "
        "the user and the password are written as %XX");
    // A '?' in a password would turn the rest of it into a parameter, which the messages below
    // would quote.
    if (ends_early(url)) return malformed;
    for (const auto& [name, value] : parameters_of(url)) {
        auto good = check_parameter(name, value);
        if (!good) return good;
    }
    // libpq's own message would repeat the password.
    if (!well_formed(url)) return malformed;
    return {};
}

}  // namespace tollgate::storage::postgresql
