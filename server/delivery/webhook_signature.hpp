// Standard Webhooks (https://www.standardwebhooks.com): signatures by which a receiver recognizes
// the sender.
#pragma once
#include <string>
#include <string_view>

#include "base/clock.hpp"
#include "base/result.hpp"
#include "base/secret.hpp"

namespace tollgate::server::delivery {

// Parses a webhook's secret into its key: base64 of 24 to 64 bytes, with or without the prefix
// "whsec_". Surrounding spaces and newlines are ignored. Fails with invalid_argument "bad_secret"
// and the end of a sentence, "must be …", that does not repeat the secret.
base::result<base::secret> parse_webhook_secret(std::string_view text);

// The header webhook-signature: "v1," and the base64 of HMAC-SHA-256 over id, Unix seconds and
// body, joined by dots.
std::string sign_webhook(const base::secret& key, std::string_view id, base::timestamp at,
                         std::string_view body);

// The header webhook-timestamp: Unix seconds.
std::string webhook_seconds(base::timestamp at);

}  // namespace tollgate::server::delivery
