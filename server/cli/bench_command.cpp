#include "server/cli/bench_command.hpp"

#include <cstdlib>

#include "server/cli/commands.hpp"
#include "server/cli/verify_bench.hpp"
#include "server/cli/verify_report.hpp"

namespace tollgate::server {

int on_bench(const admin_access& access, const std::function<int(const admin_client&)>& command) {
    admin_access with = access;
    if (with.url.empty()) with.url = "http://127.0.0.1:8787";
    const char* const key = std::getenv("TOLLGATE_API_KEY");
    if (key != nullptr) with.key = key;
    const auto gateway = admin_client::make(with);
    if (!gateway) {
        complain(gateway.error().message);
        return verify_not_asked;
    }
    try {
        return command(*gateway);
    } catch (const verify_trouble& why) {
        complain(why.what());
        return verify_not_asked;
    }
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
