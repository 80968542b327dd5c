// The parts of the gateway's addresses that records, messages and tokens contain, so that both this
// room and the tables of addresses in server/ are written with one text each.
#pragma once
#include <string_view>

namespace tollgate::tenancy::gateway_paths {

inline constexpr std::string_view api_keys = "/api-key";
inline constexpr std::string_view people = "/person";
inline constexpr std::string_view sessions = "/session";
inline constexpr std::string_view mcp = "/mcp";
inline constexpr std::string_view console = "/console";

// The part of an address after its root.
inline constexpr std::string_view callback = "/callback";
inline constexpr std::string_view deny = "/deny";
inline constexpr std::string_view freeze = "/freeze";
inline constexpr std::string_view link = "/link";
inline constexpr std::string_view oidc = "/oidc";
inline constexpr std::string_view revoke = "/revoke";
inline constexpr std::string_view suspend = "/suspend";

// The console's page of one approval, whose id follows.
inline constexpr std::string_view console_approval = "/approvals/";

}  // namespace tollgate::tenancy::gateway_paths
