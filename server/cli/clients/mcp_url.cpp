#include "server/cli/clients/mcp_url.hpp"

#include <filesystem>
#include <iostream>

#include "server/cli/gateway/mcp_call.hpp"
#include "server/delivery/address.hpp"

namespace tollgate::server::clients {

base::result<std::string> take_mcp_url(const std::string& given) {
    std::string url = given;
    if (given == "-") std::getline(std::cin, url);
    while (!url.empty() && (url.back() == '\r' || url.back() == ' ')) url.pop_back();
    if (url.empty())
        return base::invalid("no_url",
                             "the MCP URL is missing: set the variable TOLLGATE_MCP_URL, or give "
                             "the URL (other users of this machine can see it in the list of "
                             "processes), or - to read it from standard input");
    const auto complete = check_is_url(url);
    if (!complete) return complete.error();
    const auto parsed = delivery::parse_webhook(url);
    if (!parsed) return base::invalid("bad_url", "the MCP URL " + parsed.error().message);
    return url;
}

std::string own_path() {
    std::error_code error;
    const auto path = std::filesystem::read_symlink("/proc/self/exe", error);
    return error ? "tollgate" : path.string();
}

}  // namespace tollgate::server::clients
