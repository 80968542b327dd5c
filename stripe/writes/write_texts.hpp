// The texts for a model about a write and its receipt.
#pragma once
#include <string>
#include <string_view>

#include "base/clock.hpp"
#include "base/result.hpp"
#include "storage/rows.hpp"

namespace tollgate::stripe {

// {"error":{…}} for a write that was not recorded (receipt_ledger::begin() failed); nothing was
// sent.
std::string unrecorded_text(const base::failure& why);

// {"receipt":…,"error":{…}} for a repeated write whose outcome is not known now; nothing was sent.
std::string unknown_outcome_text(const storage::receipt_row& receipt);

// {"error":{…}} for a repeated attempt that was refused or not sent, when an earlier attempt of the
// same write may have been executed. The refusal alone would suggest that nothing was executed.
std::string unknown_before_text(const storage::receipt_row& receipt);

// The outcome of a repeated write, from its receipt alone: {"receipt":{…},"replayed":true,…}, with
// `error` of `source` ("stripe" or "service") if it failed.
std::string replayed_text(const storage::receipt_row& receipt, std::string_view source);

// `text`, a JSON object, with the receipt's id as its first member, and `replayed` for the answer
// to a repeated call. Any other text is returned unchanged.
std::string with_receipt(std::string text, std::string_view receipt_id, bool replayed);

// The sentence about an equal write under another key: when it was made, and its receipt.
std::string equal_write_note(const storage::receipt_row& equal, base::timestamp now);

// Members of a result's _meta: receipt, operation key, replayed.
std::string receipt_meta(std::string_view receipt_id, std::string_view operation_key,
                         bool replayed);

}  // namespace tollgate::stripe
