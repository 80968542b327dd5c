#include "server/cli/remote/approval_status.hpp"

#include "server/cli/gateway/gateway_commands.hpp"
#include "server/cli/text/answer_lines.hpp"

namespace tollgate::server {

int approval_status(std::string_view body) {
    const auto state = member_of(body, "state");
    if (state == "pending" || state == "approved") return gateway_waits;
    if (state == "denied" || state == "expired" || state == "voided") return approvals_not_done;
    if (state != "executed") return approvals_not_known;
    const auto written = member_of(member_of(body, "receipt"), "state");
    if (written == "succeeded") return gateway_done;
    if (written == "intended") return gateway_waits;
    return written == "failed" ? approvals_not_done : approvals_not_known;
}

}  // namespace tollgate::server
