#include "server/oauth/client_documents.hpp"

#include <boost/asio/connect.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/ssl/host_name_verification.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http/error.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/ssl/ssl_stream.hpp>

#include <algorithm>
#include <utility>
#include <vector>

#include "base/public_network.hpp"
#include "tenancy/oauth/clients.hpp"
#include "tenancy/oauth/redirect_uri.hpp"

namespace tollgate::oauth {

namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;
using asio::ip::tcp;
using base::awaitable;
using base::result;
using tenancy::oauth::client_metadata;
using error_code = boost::system::error_code;

constexpr std::uint16_t https_port = 443;
constexpr std::size_t chunk = 4096;

base::failure refused(std::string why) {
    return base::invalid("invalid_client", std::move(why));
}

base::failure unreachable() {
    return refused(
        "The client's metadata document (the address it gave as client_id) could not be fetched.");
}

// No character of a parsed URL can end a line.
std::string request_of(const base::url& at) {
    return "GET " + at.target() + " HTTP/1.1\r\nHost: " + at.authority() +
           "\r\nAccept: application/json\r\nUser-Agent: tollgate\r\nConnection: close\r\n\r\n";
}

// The body of a 200 answer; empty for any other answer. Parsed by hand, because Beast's read and
// write take 30 s to compile here for a plain and a TLS stream.
template <typename Stream>
awaitable<std::string> ask(Stream& stream, const base::url& at, const document_rules& rules) {
    error_code error;
    const std::string request = request_of(at);
    co_await asio::async_write(stream, asio::buffer(request),
                               asio::redirect_error(asio::use_awaitable, error));
    beast::flat_buffer buffer{2 * rules.bytes_max + chunk};
    http::response_parser<http::string_body> parser;
    parser.eager(true);
    parser.header_limit(static_cast<std::uint32_t>(rules.bytes_max));
    parser.body_limit(rules.bytes_max);
    while (!error && !parser.is_done() && buffer.size() <= 2 * rules.bytes_max) {
        const auto got = co_await stream.async_read_some(
            buffer.prepare(chunk), asio::redirect_error(asio::use_awaitable, error));
        buffer.commit(got);
        if (error == asio::error::eof) parser.put_eof(error);
        if (error) break;
        buffer.consume(parser.put(buffer.data(), error));
        if (error == http::error::need_more) error = {};
    }
    if (error || !parser.is_done() || parser.get().result_int() != 200) co_return std::string{};
    co_return std::move(parser.get().body());
}

awaitable<std::vector<tcp::endpoint>> look_up(const base::url& at, bool private_networks) {
    const auto here = co_await asio::this_coro::executor;
    tcp::resolver resolver{here};
    error_code error;
    const auto found = co_await resolver.async_resolve(
        at.host, std::to_string(at.port), asio::redirect_error(asio::use_awaitable, error));
    std::vector<tcp::endpoint> out;
    if (error) co_return out;
    for (const auto& entry : found) out.push_back(entry.endpoint());
    // One non-public address is enough to refuse the host: its owner may want us to connect to that
    // address.
    const bool good = std::all_of(out.begin(), out.end(), [](const tcp::endpoint& one) {
        return base::is_public(one.address());
    });
    if (!good && !private_networks) out.clear();
    co_return out;
}

awaitable<std::string> fetch(const base::url& at, const document_rules& rules,
                             asio::ssl::context& tls) {
    const auto endpoints = co_await look_up(at, rules.private_networks);
    if (endpoints.empty()) co_return std::string{};
    const auto here = co_await asio::this_coro::executor;
    beast::ssl_stream<beast::tcp_stream> stream{here, tls};
    auto& plain = stream.next_layer();
    error_code error;
    plain.expires_after(rules.timeout);  // one limit for all following steps
    co_await plain.async_connect(endpoints, asio::redirect_error(asio::use_awaitable, error));
    if (error) co_return std::string{};
    if (!at.is_https()) co_return co_await ask(plain, at, rules);
    stream.set_verify_mode(asio::ssl::verify_peer);
    stream.set_verify_callback(asio::ssl::host_name_verification(at.host));
    if (SSL_set_tlsext_host_name(stream.native_handle(), at.host.c_str()) != 1)
        co_return std::string{};
    co_await stream.async_handshake(asio::ssl::stream_base::client,
                                    asio::redirect_error(asio::use_awaitable, error));
    if (error) co_return std::string{};
    co_return co_await ask(stream, at, rules);
}

}  // namespace

std::optional<base::url> parse_document_address(std::string_view client_id, bool private_networks) {
    if (!tenancy::oauth::check_redirect_uri(client_id)) return {};
    auto at = base::parse_url(client_id);
    if (!at || at->path.empty() || at->target() == "/") return {};
    if (at->path.find("/.") != std::string::npos) return {};
    if (!private_networks && (!at->is_https() || at->port != https_port)) return {};
    return at;
}

std::optional<client_documents::outcome> client_documents::known(const std::string& client_id,
                                                                 std::chrono::milliseconds late) {
    const std::lock_guard lock{mutex_};
    const auto found = kept_.find(client_id);
    if (found == kept_.end()) return {};
    const auto until = found->second.until + (found->second.what ? late : decltype(late){0});
    if (clock_.now() >= until) return {};
    return found->second.what;
}

awaitable<result<client_metadata>> client_documents::get(std::string client_id, asker who) {
    if (auto fresh = known(client_id, {})) co_return std::move(*fresh);
    const auto at = parse_document_address(client_id, rules_.private_networks);
    if (!at)
        co_return refused(
            "This client is not known here. If it was connected before, remove the connection in "
            "the program and add it again.");
    const auto place = places_.take(who);
    if (!place) {
        if (auto older = known(client_id, rules_.stale)) co_return std::move(*older);
        co_return base::fail(base::errc::limit_exceeded, "temporarily_unavailable",
                             "Too many clients are being looked up. Try again in a moment.");
    }
    auto loaded = co_await load(client_id, *at);
    keep(client_id, loaded);
    co_return loaded;
}

awaitable<client_documents::outcome> client_documents::load(const std::string& client_id,
                                                            const base::url& at) {
    const std::string text = co_await fetch(at, rules_, *tls_);
    if (text.empty()) {
        log_.warning("oauth_document_failed", {{"client", client_id}});
        co_return unreachable();
    }
    auto client = tenancy::oauth::decode_client(text);
    if (!client || client->id != client_id)
        co_return refused(
            "The client's metadata document cannot be read, or names another client.");
    const auto good = tenancy::oauth::check_client(*client, rules_.redirect_prefixes);
    if (!good) co_return refused("The client's metadata document: " + good.error().message + ".");
    co_return std::move(*client);
}

void client_documents::keep(const std::string& client_id, const outcome& what) {
    const auto now = clock_.now();
    const std::lock_guard lock{mutex_};
    if (kept_.size() >= rules_.kept_max)
        std::erase_if(kept_, [&](const auto& one) { return now >= one.second.until; });
    // Evicts failures first, then the document that was fetched longest ago.
    if (kept_.size() >= rules_.kept_max)
        kept_.erase(std::min_element(kept_.begin(), kept_.end(), [](const auto& a, const auto& b) {
            return std::pair{a.second.what.has_value(), a.second.until} <
                   std::pair{b.second.what.has_value(), b.second.until};
        }));
    const auto until = now + (what ? rules_.kept : rules_.failure_kept);
    kept_.insert_or_assign(client_id, kept{what, until});
}

}  // namespace tollgate::oauth
