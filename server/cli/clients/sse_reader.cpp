#include "server/cli/clients/sse_reader.hpp"

#include <charconv>

namespace tollgate::server::clients {

std::vector<sse_event> sse_reader::feed(std::string_view bytes) {
    std::vector<sse_event> out;
    for (std::size_t begin = 0; begin < bytes.size() && !failed_;) {
        if (after_return_ && bytes[begin] == '\n') ++begin;
        after_return_ = false;
        const auto end = bytes.find_first_of("\r\n", begin);
        unread_ += bytes.substr(begin, end - begin);
        failed_ = unread_.size() + event_.data.size() > event_bytes_max_;
        if (end == std::string_view::npos) break;
        after_return_ = bytes[end] == '\r';
        line(unread_, out);
        unread_.clear();
        begin = end + 1;
    }
    return out;
}

void sse_reader::line(std::string_view text, std::vector<sse_event>& out) {
    if (text.empty()) {
        last_id_ = id_;
        if (!event_.data.empty()) {
            event_.data.pop_back();  // the line end of its last line
            out.push_back(std::move(event_));
        }
        event_ = {};
        return;
    }
    const auto colon = text.find(':');
    const auto field = text.substr(0, colon);
    auto value = colon == std::string_view::npos ? std::string_view{} : text.substr(colon + 1);
    if (value.starts_with(' ')) value.remove_prefix(1);
    if (field == "data") {
        event_.data.append(value).append("\n");
    } else if (field == "event") {
        event_.type = value;
    } else if (field == "id") {
        if (value.find('\0') == std::string_view::npos) id_ = value;
    } else if (field == "retry") {
        long number = 0;
        const auto done = std::from_chars(value.data(), value.data() + value.size(), number);
        if (done.ec == std::errc{} && done.ptr == value.data() + value.size() && number >= 0)
            retry_ms_ = number;
    }
}

}  // namespace tollgate::server::clients
