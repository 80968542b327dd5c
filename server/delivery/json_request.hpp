// Asks an address for a small JSON document.
#pragma once
#include <string>

#include "base/async.hpp"
#include "base/result.hpp"
#include "base/secret.hpp"
#include "server/delivery/outbound.hpp"

namespace tollgate::server::delivery {

struct json_question {
    std::string address;           // as parse_webhook() takes it
    std::string form{};            // sent as a POST of a form; empty: a GET
    base::secret authorization{};  // the whole value of that header; empty: none
};

struct json_answer {
    unsigned status = 0;
    std::string body;  // 256 KiB at most
};

// Each question has a connection of its own. Redirects are not followed. Fails with
// errc::unavailable "unreachable", and as resolve_allowed().
base::awaitable<base::result<json_answer>> ask_json(json_question what, const network& with);

}  // namespace tollgate::server::delivery
