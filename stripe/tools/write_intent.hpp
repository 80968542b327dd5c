// What is recorded about a write before it is sent.
#pragma once
#include "stripe/tools/preparation.hpp"
#include "tenancy/receipts/receipt_ledger.hpp"

namespace tollgate::stripe {

// True if the id of the call's receipt is sent in the metadata of the object that it creates: the
// team allows it, the object can be found by it, and the call's own metadata leaves room.
bool names_receipt(const prepared_call& call);

// The intent to send `request` for `call`, with what it uses of caps, and without its audit record.
// Refers to the call's grant and tool.
tenancy::write_intent intent_of(const prepared_call& call, const upstream_request& request);

}  // namespace tollgate::stripe
