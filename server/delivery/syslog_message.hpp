// Messages of RFC 5424, and their framing in one TCP stream (RFC 6587 §3.4.1).
#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/clock.hpp"

namespace tollgate::server::delivery {

// Facility 13, log audit (RFC 5424 §6.2.1).
enum class syslog_severity : std::uint8_t { notice = 5, informational = 6 };

// The fields that all messages of a process share.
struct syslog_sender {
    std::string host;        // the HOSTNAME field
    std::string process_id;  // the PROCID field
};

struct syslog_event {
    base::timestamp at;
    syslog_severity severity = syslog_severity::informational;
    std::string_view kind;  // the MSGID field: a word of ours
    // The parameters of the structured data "tollgate@32473"; names are words of ours.
    std::vector<std::pair<std::string_view, std::string>> parameters;
    std::string_view message;  // UTF-8, without a byte order mark
};

// One message, without framing. Characters that are not allowed in a header field are replaced by
// '_'.
std::string syslog_message(const syslog_sender& from, const syslog_event& event);

// The same, with at most `bytes_max` bytes: a longer message is cut at its end and gets the
// parameter cut="true". For datagrams.
std::string syslog_datagram(const syslog_sender& from, syslog_event event, std::size_t bytes_max);

// Appends a message with its length before it (octet counting).
void append_counted(std::string& out, std::string_view message);

// This process on this machine.
syslog_sender this_sender();

}  // namespace tollgate::server::delivery
