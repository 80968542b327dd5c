#include "stripe/tools/write_intent.hpp"

#include <simdjson.h>

#include "base/json_text.hpp"
#include "stripe/writes/receipt_metadata.hpp"
#include "stripe/writes/recorded_request.hpp"

namespace tollgate::stripe {

namespace {

// Two refunds of one payment may be equal and yet be for two orders. A recorded request says its
// own length, so no other request has these bytes.
base::digest digest_of_order(std::string request, const std::string& order_id) {
    request += '\0';
    request += order_id;
    return base::sha256(request);
}

}  // namespace

bool names_receipt(const prepared_call& call) {
    return call.grant.receipt_metadata && takes_receipt(call.called) &&
           leaves_room_for_receipt(call.arguments.find("metadata"));
}

tenancy::write_intent intent_of(const prepared_call& call, const upstream_request& request) {
    const auto record = record_of(request);
    tenancy::write_intent out{.who = call.grant,
                              .tool = call.called.tool_name(),
                              .receipt_id = call.receipt_id,
                              .operation_key = call.operation_key,
                              .connected_account = record.connected_account,
                              .arguments = {},
                              .request = encode_record(record),
                              .deadline = request.deadline,
                              .in_metadata = names_receipt(call)};
    out.request_digest = base::sha256(out.request);
    for (const auto& one : call.arguments.all())
        if (one.as != nullptr)
            out.arguments.push_back({std::string(one.name), simdjson::minify(one.value)});
    if (call.order) {
        out.order = call.order->link;
        out.request_digest = digest_of_order(out.request, out.order->order_id);
        std::string order;
        base::append_json_string(order, out.order->order_id);
        out.arguments.push_back({"order", std::move(order)});
    }
    for (const auto& one : call.caps) out.caps.push_back(one.claim);
    return out;
}

}  // namespace tollgate::stripe
