#include "server/delivery/syslog_message.hpp"

#include <array>
#include <unistd.h>

#include "base/json_text.hpp"

namespace tollgate::server::delivery {

namespace {

constexpr unsigned facility_log_audit = 13;
constexpr std::size_t host_bytes_max = 255;
constexpr std::string_view nothing = "-";

// A header field: printable ASCII without spaces (RFC 5424 §6, PRINTUSASCII).
std::string field(std::string_view text, std::size_t bytes_max) {
    std::string out{text.substr(0, bytes_max)};
    for (char& c : out)
        if (c <= ' ' || c >= '\x7f') c = '_';
    return out.empty() ? std::string{nothing} : out;
}

// The value of a parameter (RFC 5424 §6.3.3): '"', '\' and ']' are escaped.
void append_value(std::string& out, std::string_view value) {
    for (const char c : value) {
        if (c == '"' || c == '\\' || c == ']') out += '\\';
        out += c;
    }
}

}  // namespace

std::string syslog_message(const syslog_sender& from, const syslog_event& event) {
    constexpr unsigned severities = 8;
    std::string out = "<";
    out += std::to_string(facility_log_audit * severities + static_cast<unsigned>(event.severity));
    out += ">1 ";
    out += base::format_timestamp(event.at);
    out += ' ';
    out += field(from.host, host_bytes_max);
    out += " tollgate ";
    out += field(from.process_id, 128);
    out += ' ';
    out += field(event.kind, 32);
    // 32473 is the enterprise number that RFC 5612 reserves for examples, because this program has
    // no number of its own.
    out += " [tollgate@32473";
    for (const auto& [name, value] : event.parameters) {
        out += ' ';
        out += name;
        out += "=\"";
        append_value(out, value);
        out += '"';
    }
    out += ']';
    if (event.message.empty()) return out;
    out += ' ';
    out += event.message;
    return out;
}

std::string syslog_datagram(const syslog_sender& from, syslog_event event, std::size_t bytes_max) {
    std::string whole = syslog_message(from, event);
    if (whole.size() <= bytes_max) return whole;
    event.parameters.emplace_back("cut", "true");
    whole = syslog_message(from, event);
    return std::string{base::clipped_text(whole, bytes_max)};
}

void append_counted(std::string& out, std::string_view message) {
    out += std::to_string(message.size());
    out += ' ';
    out += message;
}

syslog_sender this_sender() {
    std::array<char, host_bytes_max + 1> name{};
    if (::gethostname(name.data(), name.size() - 1) != 0) name[0] = '\0';
    return {std::string{name.data()}, std::to_string(::getpid())};
}

}  // namespace tollgate::server::delivery
