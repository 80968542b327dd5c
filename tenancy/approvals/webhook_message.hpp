// What a team's webhook receives about an approval: an id and a link, never what the call is
// about.
#pragma once
#include <array>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "base/secret.hpp"
#include "storage/webhook_rows.hpp"
#include "tenancy/secrets/vault.hpp"

namespace tollgate::tenancy {

// "standard": a signed message as Standard Webhooks describes it; "slack": {"text":…}, as the
// incoming webhooks of Slack and what imitates them take it, not signed.
constexpr std::array<std::string_view, 2> webhook_formats{"standard", "slack"};

// The event of a message that only tries the address.
constexpr std::string_view webhook_test_event = "test";

// Where a webhook's messages go, and what signs them.
struct webhook_target {
    base::secret address;
    base::secret key;  // "whsec_…"; empty: not signed
};

storage::sealed_blob seal_target(const vault& secrets, const storage::webhook_row& webhook,
                                 const webhook_target& target);
// Fails as vault::open() does.
base::result<webhook_target> open_target(const vault& secrets, const storage::webhook_row& webhook);

// The message in the webhook's format. `link_base` is where this installation is reached, without a
// slash at the end, or empty if that is not known.
std::string webhook_message(const storage::webhook_row& to,
                            const storage::webhook_delivery_row& what, std::string_view link_base);

}  // namespace tollgate::tenancy
