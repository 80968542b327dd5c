// Writes a response as one flat head beside the body: no message object, no serializer.
#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "base/http_message.hpp"

namespace tollgate::server {

// The status line and header of `response`, ending in the empty line. `date` is an IMF-fixdate (RFC
// 9110 §5.6.7).
std::string response_head(const base::http_response& response, std::string_view date,
                          bool keep_alive);

// The same for a body of unknown length: chunked (RFC 9112 §7.1), or up to the end of the
// connection.
std::string open_ended_head(const base::http_response& response, std::string_view date, bool chunks,
                            bool keep_alive);

// Appends `text` as one chunk; an empty one ends the body.
void append_chunk(std::string& out, std::string_view text);

// Appends a part of a body of unknown length; does nothing for an empty part. nullopt ends the
// body.
void append_part(std::string& out, const std::optional<std::string>& part, bool chunks);

// As response_head(), for a chunked text/event-stream that proxies must not buffer (RFC 9112 §7.1).
std::string event_stream_head(const base::http_response& response, std::string_view date,
                              bool keep_alive);

// The current IMF-fixdate; formatted at most once per second and thread.
std::string_view http_date();

}  // namespace tollgate::server
