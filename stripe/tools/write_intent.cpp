#include "stripe/tools/write_intent.hpp"

#include <simdjson.h>

#include "base/json_text.hpp"
#include "stripe/catalog/made_operation.hpp"
#include "stripe/writes/receipt_metadata.hpp"
#include "stripe/writes/recorded_request.hpp"

namespace tollgate::stripe {

namespace {

// Two refunds of one payment may be equal and yet belong to two orders, and two declared tools may
// make equal requests under different rules, of which people approved one. A recorded request
// contains its own length, so no other request has these bytes.
base::digest digest_of(std::string request, const prepared_call& call) {
    if (call.order) {
        request += '\0';
        request += call.order->link.order_id;
    }
    if (call.declared != nullptr) {
        request += '\1';
        request += call.declared->name;
    }
    // If the answer of a write without a key was lost, it must not be repeated just because later
    // declarations say that the service honours keys.
    if (call.called.made != nullptr && call.called.made->honours_key) request += '\2';
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
    out.request_digest = digest_of(out.request, call);
    const bool of_service = call.called.made != nullptr;
    out.repeatable = !of_service || call.called.made->honours_key;
    for (const auto& one : call.arguments.all())
        if (one.as != nullptr || of_service)
            out.arguments.push_back({std::string(one.name), simdjson::minify(one.value)});
    if (call.order) {
        out.order = call.order->link;
        std::string order;
        base::append_json_string(order, out.order->order_id);
        out.arguments.push_back({"order", std::move(order)});
    }
    for (const auto& one : call.caps) out.caps.push_back(one.claim);
    return out;
}

}  // namespace tollgate::stripe
