#include "stripe/listing/receipt_tool.hpp"

#include <algorithm>

#include "stripe/listing/visibility.hpp"

namespace tollgate::stripe {

std::string_view receipt_tool_json() noexcept {
    return R"({"name":"get_receipt","title":"Get a receipt","description":"The outcome of a write )"
           R"(by this server: state, object and amount.","inputSchema":{"type":"object",)"
           R"("properties":{"receipt":{"type":"string","description":"rcp_… or apr_… from )"
           R"(the write's answer, or its operation_key."}},"required":["receipt"],)"
           R"("additionalProperties":false},"annotations":{"readOnlyHint":true,)"
           R"("destructiveHint":false,"idempotentHint":true,"openWorldHint":false}})";
}

bool may_write(const tenancy::tool_filter& filter, tenancy::account_mode mode) {
    return std::ranges::any_of(operations(), [&](const operation& one) {
        return has_receipt(one.method()) && is_visible(one, filter, mode);
    });
}

}  // namespace tollgate::stripe
