// Detects refusals to unknown callers, of which only a few are logged.
#pragma once

namespace tollgate::server {

struct request_context;

// True for a refusal to an unknown caller: one without a grant or, at the admin API, without a
// valid key.
bool is_anonymous_refusal(const request_context& context, unsigned status);

}  // namespace tollgate::server
