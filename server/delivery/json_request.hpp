// Requests a small JSON document from an address.
#pragma once
#include <string>

#include "base/async.hpp"
#include "base/result.hpp"
#include "base/secret.hpp"
#include "server/delivery/outbound.hpp"

namespace tollgate::server::delivery {

struct json_question {
    std::string address;           // as for parse_webhook()
    std::string form{};            // sent as a POST of a form; empty: a GET is sent
    base::secret authorization{};  // the whole Authorization header; empty: none
};

struct json_answer {
    unsigned status = 0;
    std::string body;  // 256 KiB at most
};

// Each request uses its own connection. Redirects are not followed. Fails with errc::unavailable
// "unreachable", and as resolve_allowed().
base::awaitable<base::result<json_answer>> ask_json(json_question what, const network& with);

}  // namespace tollgate::server::delivery
