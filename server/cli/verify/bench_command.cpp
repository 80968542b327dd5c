#include "server/cli/verify/bench_command.hpp"

#include <utility>

#include "server/cli/verify/verify_bench.hpp"

namespace tollgate::server {

gateway_commands::action on_bench(std::function<int(const admin_client&)> command) {
    return [command = std::move(command)](const admin_client& gateway) -> base::result<int> {
        try {
            return command(gateway);
        } catch (const verify_trouble& why) {
            return base::fail(base::errc::unavailable, "not_tried", why.what());
        }
    };
}

std::string chosen_account(const admin_client& gateway, const std::string& named) {
    if (!named.empty()) return named;
    const auto listed = gateway.call("GET", "/integrated-account?limit=2");
    if (!listed) throw verify_trouble(listed.error().message);
    const json_answer accounts{*listed};
    if (accounts.size("/result") == 1) return accounts.text("/result/0/id");
    if (accounts.size("/result") == 0)
        throw verify_trouble("the team has no integrated account yet: connect one first");
    throw verify_trouble("the team has several integrated accounts: give --account ia_…");
}

}  // namespace tollgate::server
