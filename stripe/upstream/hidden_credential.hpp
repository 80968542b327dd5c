// Removes an account's credential from an answer that repeats it.
#pragma once
#include "stripe/upstream/upstream.hpp"

namespace tollgate::stripe {

// Replaces the credential wherever it occurs in a header or in the body of `answer`: as it is, as
// JSON may write it, and, for service_auth::basic, encoded and as the password alone (if that has
// at least 6 characters). The body remains valid JSON. This is needed because a service can be made
// to repeat what it was sent, and its answer is shown to a model.
void hide_credential(upstream_response& answer, const tenancy::account_access& account);

}  // namespace tollgate::stripe
