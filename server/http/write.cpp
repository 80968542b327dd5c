#include "server/http/write.hpp"

#include <ctime>

#include "base/http_status.hpp"
#include "base/json_text.hpp"

namespace tollgate::server {

namespace {

// The status line, Date and Content-Type.
std::string start_head(const base::http_response& response, std::string_view date) {
    std::string out;
    out.reserve(384);
    out += "HTTP/1.1 ";
    base::append_json_number(out, response.status);
    out += ' ';
    out += base::reason_phrase(response.status);
    out += "\r\nDate: ";
    out += date;
    if (!response.content_type.empty()) {
        out += "\r\nContent-Type: ";
        out += response.content_type;
    }
    return out;
}

// No cache may store the answer, unless the answer itself says otherwise.
void append_cache_control(std::string& out, const base::http_response& response) {
    for (const auto& [name, value] : response.headers)
        if (name == "Cache-Control") return;
    out += "\r\nCache-Control: no-store";
}

void end_head(std::string& out, const base::http_response& response, bool keep_alive) {
    out += "\r\nX-Content-Type-Options: nosniff\r\nReferrer-Policy: no-referrer";
    for (const auto& [name, value] : response.headers) {
        out += "\r\n";
        out += name;
        out += ": ";
        out += value;
    }
    if (!keep_alive) out += "\r\nConnection: close";
    out += "\r\n\r\n";
}

}  // namespace

std::string response_head(const base::http_response& response, std::string_view date,
                          bool keep_alive) {
    std::string out = start_head(response, date);
    if (response.status != 204) {
        out += "\r\nContent-Length: ";
        base::append_json_number(out, static_cast<std::int64_t>(response.body.size()));
    }
    append_cache_control(out, response);
    end_head(out, response, keep_alive);
    return out;
}

std::string open_ended_head(const base::http_response& response, std::string_view date, bool chunks,
                            bool keep_alive) {
    std::string out = start_head(response, date);
    if (chunks) out += "\r\nTransfer-Encoding: chunked";
    append_cache_control(out, response);
    end_head(out, response, keep_alive);
    return out;
}

void append_chunk(std::string& out, std::string_view text) {
    constexpr std::string_view digits = "0123456789abcdef";
    std::string size;
    for (auto rest = text.size(); rest > 0; rest /= 16) size.insert(0, 1, digits[rest % 16]);
    out += size.empty() ? "0" : size;
    out += "\r\n";
    out += text;
    out += "\r\n";
}

void append_part(std::string& out, const std::optional<std::string>& part, bool chunks) {
    if (chunks && !part) append_chunk(out, {});
    if (!part || part->empty()) return;
    if (chunks)
        append_chunk(out, *part);
    else
        out += *part;
}

std::string event_stream_head(const base::http_response& response, std::string_view date,
                              bool keep_alive) {
    std::string out = start_head(response, date);
    out +=
        "\r\nTransfer-Encoding: chunked\r\nCache-Control: no-cache, no-store, no-transform"
        "\r\nX-Accel-Buffering: no";
    end_head(out, response, keep_alive);
    return out;
}

std::string_view http_date() {
    thread_local std::time_t formatted = 0;
    thread_local std::array<char, 40> text{};
    thread_local std::size_t length = 0;
    const std::time_t now = std::time(nullptr);
    if (now != formatted) {
        std::tm parts{};
        gmtime_r(&now, &parts);
        length = std::strftime(text.data(), text.size(), "%a, %d %b %Y %H:%M:%S GMT", &parts);
        formatted = now;
    }
    return {text.data(), length};
}

}  // namespace tollgate::server
