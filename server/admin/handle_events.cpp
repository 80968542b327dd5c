// A stream of the team's events.
#include <boost/asio/this_coro.hpp>

#include <charconv>
#include <utility>

#include "base/bearer.hpp"
#include "server/admin/handlers.hpp"
#include "server/admin/listener_stream.hpp"
#include "server/admin/session_cookie.hpp"
#include "tenancy/work/team_events.hpp"

namespace tollgate::admin {

namespace {

base::failure no_event_stream() {
    return base::fail(base::errc::unavailable, "no_stream",
                      "a stream of events needs HTTP/1.1: ask with that version");
}

tenancy::event_credential credential_of(const call& in) {
    tenancy::event_credential out;
    const std::string_view secret = base::bearer_credential(in.request);
    out.token =
        base::secret{std::string{in.session ? session_token_of(in.request, in.facts) : secret}};
    if (in.session) out.expires_at = in.session->at.expires_at;
    return out;
}

// The position up to which the client has seen the events. Any other text in the header counts as
// an unknown position.
std::optional<std::int64_t> last_seen_of(const base::http_request& request) {
    if (!request.has_header("Last-Event-ID")) return {};
    const std::string_view text = request.header("Last-Event-ID");
    std::int64_t out = -1;
    const auto read = std::from_chars(text.data(), text.data() + text.size(), out);
    return read.ec == std::errc{} && read.ptr == text.data() + text.size() ? out : -1;
}

}  // namespace

answer follow_events(const call& in) {
    base::response_stream* const stream = in.facts.stream;
    if (stream == nullptr) co_return no_event_stream();
    const auto executor = co_await boost::asio::this_coro::executor;
    auto& events = in.tenancy.events();
    const auto listener = std::make_shared<listener_stream>(executor, events.rules());
    const auto followed =
        events.follow(in.by->team_id, credential_of(in), last_seen_of(in.request), listener);
    if (!followed) co_return followed.error();
    if (!stream->open()) {
        events.leave(*listener);
        co_return no_event_stream();
    }
    stream->keep(make_event_keeper(listener, events));
    co_return base::http_response{};
}

}  // namespace tollgate::admin
