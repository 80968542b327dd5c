#include "server/cli/remote/keys.hpp"

#include <CLI/CLI.hpp>

#include <iostream>

#include "base/json_text.hpp"
#include "server/cli/argument_checks.hpp"
#include "server/cli/commands.hpp"
#include "server/cli/text/prompt.hpp"

namespace tollgate::server {

namespace {

using base::result;

constexpr std::string_view keys_root = "/api-key";

}  // namespace

void key_commands::add(CLI::App& app) {
    auto* const group = command_group(app, "keys", "API keys, of a running gateway");
    group_
        .add(*group, "list", "List API keys, newest first, one a line",
             [this](const admin_client& gateway) {
                 return group_.list_all(
                     gateway, std::string{keys_root},
                     {"id", "name", "role", "key_prefix", "created_at", "last_used_at"}, limit_);
             })
        ->add_option("--limit", limit_, "How many at most; default: 100")
        ->check(whole_number());
    auto* const creating =
        group_.add(*group, "create", "Make an API key; key shows it, once",
                   [this](const admin_client& gateway) { return create(gateway); });
    creating->add_option("--name", name_, "What it is called")->required();
    creating->add_option("--role", role_, "viewer, operator or admin")->required();
    auto* const revoking =
        group_.add(*group, "revoke", "End an API key, for good",
                   [this](const admin_client& gateway) { return revoke(gateway); });
    revoking->add_option("ID", id_, "key_…")->required();
    revoking->add_flag("--yes", yes_, "Ask nothing");
}

result<int> key_commands::create(const admin_client& gateway) const {
    std::string sent = "{";
    base::json_members{sent}.text("name", name_).text("role", role_);
    return group_.ask(gateway, "POST", std::string{keys_root}, sent + '}');
}

result<int> key_commands::revoke(const admin_client& gateway) const {
    const auto path = path_below(keys_root, id_);
    const auto one = gateway.call("GET", path);
    if (!one) return one.error();
    const auto named = "the API key " + without_controls(member_of(*one, "name")) + " (" +
                       without_controls(member_of(*one, "role")) + ")";
    if (!yes_ && !can_ask()) {
        complain("revoke " + named + "? Nothing was done: give --yes");
        return gateway_wrong_usage;
    }
    if (!yes_ && !typed("Revoke " + named + ", for good? Type yes: ", "yes")) {
        complain("nothing was done");
        return gateway_wrong_usage;
    }
    const auto done = gateway.call("DELETE", path);
    if (!done) return done.error();
    const auto after = gateway.call("GET", path);
    const bool gone = !after && after.error().kind == base::errc::not_found;
    if (group_.json()) {
        std::string out = "{";
        base::json_members{out}.text("id", id_).truth("revoked", gone);
        std::cout << out << "}\n";
    } else {
        std::cout << (gone ? "revoked  " : "NOT SEEN to be revoked  ") << without_controls(id_)
                  << '\n';
    }
    return gone ? gateway_done : gateway_not_so;
}

}  // namespace tollgate::server
