// Takes an account's credential out of an answer that repeats it.
#pragma once
#include "stripe/upstream/upstream.hpp"

namespace tollgate::stripe {

// Replaces the credential wherever it stands in a header or in the body of `answer`: as it is, as
// JSON may write it, and, for service_auth::basic, encoded and as the password alone. The body
// stays valid JSON. A service may be made to repeat what it was sent, and its answer is shown to a
// model.
void hide_credential(upstream_response& answer, const tenancy::account_access& account);

}  // namespace tollgate::stripe
