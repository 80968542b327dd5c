// Asks the gateway on this machine how it is.
#pragma once
#include <string>

#include "base/result.hpp"
#include "server/config/config.hpp"

namespace tollgate::server::checks {

struct self_answer {
    unsigned status = 0;
    std::string body{};
};

// GETs `path` from the gateway that the settings describe: at server.listen, or if its port is 0,
// at the address in server.ports_file. Its certificate is not verified, because nothing secret is
// sent and the certificate names the public address. Blocks for three seconds at most. Fails with
// "no_address" and unavailable "unreachable".
base::result<self_answer> ask_this_gateway(const config& value, const std::string& path);

}  // namespace tollgate::server::checks
