// JSON bodies of requests as structs. Failures carry the path of the offending field.
#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "tenancy/admin/accounts.hpp"
#include "tenancy/admin/exceptions.hpp"
#include "tenancy/admin/servers.hpp"
#include "tenancy/admin/teams.hpp"
#include "tenancy/admin/webhooks.hpp"
#include "tenancy/grants/api_keys.hpp"
#include "tenancy/orders/payment_pages.hpp"
#include "tenancy/receipts/receipts.hpp"

namespace tollgate::admin {

constexpr std::size_t body_bytes_max = 65'536;
constexpr std::size_t import_bytes_max = 1'048'576;  // of an import of orders
constexpr std::size_t json_depth_max = 32;

// All of these fail with invalid_argument: "malformed_json", "json_too_deep", "duplicate_key"
// (including keys that differ only in case), "unknown_field" (suggests the nearest),
// "missing_field", "wrong_type", "empty_patch". An empty body counts as {}.
base::result<std::string> decode_team(std::string_view body);  // its name
// The body of PUT …/policy: a JSON array of rules and, optionally, the version that they must
// replace.
struct policy_input {
    std::string rules;
    std::optional<std::int64_t> version{};
};
base::result<policy_input> decode_policy(std::string_view body);

// The body of PUT …/declarations: a document and, optionally, the version that it must replace.
struct declarations_input {
    std::string document;
    std::optional<std::int64_t> version;
};
base::result<declarations_input> decode_declarations(std::string_view body);
// The body of POST …/outcome.
base::result<tenancy::stated_outcome> decode_stated_outcome(std::string_view body);
base::result<tenancy::team_patch> decode_team_patch(std::string_view body);
base::result<tenancy::api_key_input> decode_api_key(std::string_view body);
base::result<tenancy::account_input> decode_account(std::string_view body);
base::result<tenancy::account_patch> decode_account_patch(std::string_view body);
base::result<tenancy::server_input> decode_server(std::string_view body);
// The body of POST …/mcp/check.
struct config_question {
    tenancy::server_config config;
    std::optional<bool> never_expires{};  // expires_at is null; absent: it is not said
};
base::result<config_question> decode_config_question(std::string_view body);
base::result<tenancy::server_patch> decode_server_patch(std::string_view body);
// Checks only that the text is a JSON object of bounded depth without duplicate keys.
base::result<> check_json_object(std::string_view body);
base::result<std::int64_t> decode_rotation(std::string_view body);  // overlap_seconds

base::result<tenancy::exception_input> decode_exception(std::string_view body);

// The reason for a suspension; empty if none was given.
base::result<std::string> decode_reason(std::string_view body);
// The body of POST …/orders/sync: which page of payments, and the source of an order's id.
base::result<tenancy::payment_page_request> decode_order_sync(std::string_view body);
// The body of a call that revokes many servers: the reason, and the expected number.
struct mass_input {
    std::string reason;
    std::int64_t expect = 0;
};
base::result<mass_input> decode_mass(std::string_view body);
// The same for the servers of one person: whose they are is `holder` or `created_by`.
struct person_input {
    std::string holder;
    std::string created_by;
    std::string reason;
    std::int64_t expect = 0;
};
base::result<person_input> decode_person_action(std::string_view body);

// The body of POST /mcp/find: the same fields as in GET /mcp's query. Absent fields are empty.
struct find_input {
    std::string token;
    std::string prefix;
    std::string name;
    std::string created_by;
    std::string holder;
    std::string expires_before;  // a time
    std::string exception;       // "open"
};
base::result<find_input> decode_find(std::string_view body);
// The body of a replay of audit records.
struct replay_input {
    std::string team_id;
    std::int64_t position = 0;
};
// Also fails with "invalid_position" for a negative position.
base::result<replay_input> decode_replay(std::string_view body);

base::result<tenancy::webhook_input> decode_webhook(std::string_view body);

// The token of POST /revoke.
base::result<base::secret> decode_token(std::string_view body);

}  // namespace tollgate::admin
