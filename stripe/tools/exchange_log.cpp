#include "stripe/tools/exchange_log.hpp"

#include "base/json_text.hpp"
#include "stripe/writes/write_outcome.hpp"

namespace tollgate::stripe {

void log_exchange(mcp::call_monitor& monitor, std::string_view method, const operation& called,
                  const base::result<upstream_response>& sent,
                  std::chrono::steady_clock::duration took) {
    std::string data = "{";
    base::json_members members{data};
    const std::string who = called.made == nullptr ? "Stripe" : "The service";
    members.text("message", who + (sent ? " answered" : " did not answer"))
        .text("method", method)
        .text("path", called.path_template());
    if (sent)
        members.number("status", sent->status).text("request_id", request_id_of(*sent));
    else
        members.text("failure", sent.error().code);
    members.number("milliseconds",
                   std::chrono::duration_cast<std::chrono::milliseconds>(took).count());
    data += '}';
    monitor.log(mcp::log_level::debug, data);
}

}  // namespace tollgate::stripe
