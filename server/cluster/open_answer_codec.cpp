#include "server/cluster/open_answer_codec.hpp"

#include <simdjson.h>

#include <array>

#include "base/json_text.hpp"

namespace tollgate::server {

namespace {

namespace dom = simdjson::dom;

constexpr std::array<std::string_view, 3> stream_kinds{"listen", "get", "sse"};

std::string session_text(const admin::open_session& one) {
    std::string out = "{";
    base::json_members{out}
        .text("name", one.name)
        .text("revision", one.revision)
        .text("client", one.client)
        .text("title", one.title)
        .number("began", base::to_unix_ms(one.began_at))
        .number("used", base::to_unix_ms(one.last_used_at));
    return out + '}';
}

std::string stream_text(const admin::open_stream& one) {
    std::string out = "{";
    base::json_members{out}
        .text("kind", one.kind)
        .number("opened", base::to_unix_ms(one.opened_at));
    return out + '}';
}

std::string text_in(dom::element from, std::string_view name) {
    std::string_view out;
    return from[name].get(out) == simdjson::SUCCESS ? std::string(out) : std::string{};
}

std::int64_t number_in(dom::element from, std::string_view name) {
    std::int64_t out = 0;
    return from[name].get(out) == simdjson::SUCCESS && out > 0 ? out : 0;
}

base::timestamp time_in(dom::element from, std::string_view name) {
    return base::from_unix_ms(number_in(from, name));
}

}  // namespace

std::string encode_open_answer(const admin::open_at_server& open) {
    std::string sessions;
    std::string streams;
    const auto add = [&](std::string& list, const std::string& one) {
        if (sessions.size() + streams.size() + one.size() < open_answer_bytes_max)
            list += (list.empty() ? "" : ",") + one;
    };
    for (const auto& one : open.streams) add(streams, stream_text(one));
    for (const auto& one : open.sessions) add(sessions, session_text(one));
    std::string out = "{";
    base::json_members{out}
        .number("session_count", static_cast<std::int64_t>(open.session_count))
        .number("stream_count", static_cast<std::int64_t>(open.stream_count))
        .raw("sessions", '[' + sessions + ']')
        .raw("streams", '[' + streams + ']');
    return out + '}';
}

std::optional<admin::open_at_server> decode_open_answer(std::string_view text) {
    dom::parser parser;
    dom::element whole;
    dom::array sessions;
    dom::array streams;
    if (parser.parse(text.data(), text.size()).get(whole) != simdjson::SUCCESS ||
        whole["sessions"].get(sessions) != simdjson::SUCCESS ||
        whole["streams"].get(streams) != simdjson::SUCCESS)
        return {};
    admin::open_at_server out;
    out.session_count = static_cast<std::size_t>(number_in(whole, "session_count"));
    out.stream_count = static_cast<std::size_t>(number_in(whole, "stream_count"));
    for (const auto one : sessions)
        out.sessions.push_back({.name = text_in(one, "name"),
                                .revision = text_in(one, "revision"),
                                .client = text_in(one, "client"),
                                .title = text_in(one, "title"),
                                .began_at = time_in(one, "began"),
                                .last_used_at = time_in(one, "used")});
    for (const auto one : streams)
        for (const auto kind : stream_kinds)
            if (kind == text_in(one, "kind")) out.streams.push_back({kind, time_in(one, "opened")});
    return out;
}

}  // namespace tollgate::server
