#include "server/cli/remote/accounts.hpp"

#include <CLI/CLI.hpp>

#include <iostream>

#include "base/json_text.hpp"
#include "base/url.hpp"
#include "server/cli/argument_checks.hpp"
#include "server/cli/commands.hpp"
#include "server/cli/remote/targets.hpp"
#include "server/cli/text/prompt.hpp"

namespace tollgate::server {

namespace {

using base::result;

constexpr std::string_view accounts_root = "/integrated-account";
constexpr const char* which_help = "ia_… or its name";
constexpr const char* stripe_key = "Stripe key (rk_… or sk_…): ";
constexpr const char* any_credential = "Stripe key (rk_… or sk_…), or credential of its service: ";
constexpr const char* service_credential = "Credential of the service: ";

}  // namespace

void account_commands::add(CLI::App& app) {
    auto* const group = command_group(app, "account", "Stripe accounts, of a running gateway");
    const auto add_one = [&](const char* name, const char* help,
                             result<int> (account_commands::*act)(const admin_client&) const) {
        return group_.add(*group, name, help, [this, act](const admin_client& gateway) {
            return (this->*act)(gateway);
        });
    };
    add_one("list", "List accounts, newest first, one a line", &account_commands::list)
        ->add_option("--limit", limit_, "How many at most; default: 100")
        ->check(whole_number());
    add_one("show", "Show one account", &account_commands::show)
        ->add_option("WHICH", which_, which_help)
        ->required();
    add_connect(*group);
    auto* const replacing =
        add_one("replace-key",
                "Give an account a new key of the same mode, or the new credential of its service",
                &account_commands::replace_key);
    replacing->add_option("WHICH", which_, which_help)->required();
    add_one("check",
            "Ask Stripe what the key may do, and compare it with what is needed (exit status 4: it "
            "is refused, or a permission is missing)",
            &account_commands::check)
        ->add_option("WHICH", which_, "ia_… or its name; default: the only one");
    auto* const removing = add_one(
        "remove", "Remove an account, its key and its MCP servers, for good; asks for its name",
        &account_commands::remove);
    removing->add_option("WHICH", which_, which_help)->required();
    removing->add_option("--reason", reason_, "For the log");
    removing->add_flag("--yes", yes_, "Ask nothing");
    replacing->add_option("--credential-file", credential_file_,
                          "A file with the Stripe key; default: it is asked for, or read from "
                          "standard input");
    add_freeze(app, "freeze", "Turn the writes of an account off; reads go on", "POST");
    add_freeze(app, "unfreeze", "Turn the writes of an account on again", "DELETE");
}

void account_commands::add_connect(CLI::App& group) {
    auto* const command =
        group_.add(group, "connect", "Connect a Stripe account, or one of another service",
                   [this](const admin_client& gateway) { return connect(gateway); });
    command->add_option("--name", name_, "What it is called")->required();
    command->add_option("--credential-file", credential_file_,
                        "A file with the Stripe key; default: it is asked for, or read from "
                        "standard input");
    command->add_option("--mode", mode_, "test or live: refuses a key of the other mode")
        ->check(one_of({"test", "live"}));
    command->add_option("--stripe-account", stripe_account_, "acct_…: a connected account");
    command->add_option("--tags", tags_, "Tags")->delimiter(',');
    command->add_flag("--verify", verify_, "Ask Stripe whether the key works");
    auto* const url = command->add_option("--service-url", service_url_,
                                          "Of another REST service: https://host[:port][/path]");
    command
        ->add_option("--service-auth", service_auth_,
                     "How its credential is sent: bearer, basic or header; default: bearer")
        ->check(one_of({"bearer", "basic", "header"}))
        ->needs(url);
    command
        ->add_option("--service-header", service_header_,
                     "The header that takes the credential, for --service-auth header")
        ->needs(url);
}

void account_commands::add_freeze(CLI::App& app, const char* name, const char* help,
                                  std::string_view method) {
    auto* const command = group_.add(app, name, help, [this, method](const admin_client& gateway) {
        return freeze(gateway, method);
    });
    auto* const which = command->add_option("WHICH", which_, which_help);
    command->add_flag("--team", team_, "All accounts of the team, in place of one")
        ->excludes(which);
}

result<int> account_commands::list(const admin_client& gateway) const {
    return group_.list_all(
        gateway, std::string{accounts_root},
        {"id", "name", "mode", "status", "frozen_at", "credential_last4", "created_at"}, limit_);
}

result<int> account_commands::show(const admin_client& gateway) const {
    const auto one = find_account(gateway, which_);
    if (!one) return one.error();
    return group_.ask(gateway, "GET", one->path());
}

std::string account_commands::service_json() const {
    std::string out = "{";
    base::json_members members{out};
    members.text("base_url", service_url_).text("auth", service_auth_);
    if (!service_header_.empty()) members.text("header", service_header_);
    return out + '}';
}

result<int> account_commands::connect(const admin_client& gateway) const {
    const auto key =
        read_secret(credential_file_, service_url_.empty() ? stripe_key : service_credential);
    if (!key) return key.error();
    std::string sent = "{";
    base::json_members members{sent};
    members.text("name", name_).text("credential", key->reveal());
    if (!mode_.empty()) members.text("mode", mode_);
    if (!stripe_account_.empty()) members.text("stripe_account", stripe_account_);
    if (verify_) members.truth("verify", true);
    if (!tags_.empty()) members.raw("tags", json_list(tags_));
    if (!service_url_.empty()) members.raw("service", service_json());
    return group_.ask(gateway, "POST", std::string{accounts_root}, sent + '}');
}

result<int> account_commands::replace_key(const admin_client& gateway) const {
    const auto one = find_account(gateway, which_);
    if (!one) return one.error();
    const auto key = read_secret(credential_file_, any_credential);
    if (!key) return key.error();
    std::string sent = "{";
    base::json_members{sent}.text("credential", key->reveal());
    return group_.ask(gateway, "PATCH", one->path(), sent + '}');
}

result<int> account_commands::check(const admin_client& gateway) const {
    const auto one = find_account_or_only(gateway, which_);
    if (!one) return one.error();
    const auto body = gateway.call("POST", one->path() + "/verify");
    if (!body) return body.error();
    const auto shown = group_.show(*body);
    if (!shown) return shown.error();
    const bool good = member_of(*body, "status") == "active" && member_of(*body, "missing") == "[]";
    return good ? gateway_done : gateway_not_so;
}

result<int> account_commands::remove(const admin_client& gateway) const {
    const auto one = find_account(gateway, which_);
    if (!one) return one.error();
    const auto name = without_controls(one->name);
    const auto count = std::to_string(one->not_revoked);
    if (!yes_ && !can_ask()) {
        complain("remove the account " + name + " with " + count +
                 " MCP servers that are not revoked? Nothing was done: give --yes");
        return gateway_wrong_usage;
    }
    const auto question = "Removes the account " + name + " with its key and " + count +
                          " MCP servers that are not revoked, for good. Type its name: ";
    if (!yes_ && !typed(question, one->name)) {
        complain("nothing was done");
        return gateway_wrong_usage;
    }
    std::string path = one->path();
    base::append_query(path, "expect", count);
    base::append_query(path, "reason", reason_);
    return group_.ask(gateway, "DELETE", path);
}

result<int> account_commands::freeze(const admin_client& gateway, std::string_view method) const {
    if (team_) return group_.ask(gateway, method, "/team/freeze");
    if (which_.empty()) {
        complain("say which account: ia_… or its name, or --team");
        return gateway_wrong_usage;
    }
    const auto one = find_account(gateway, which_);
    if (!one) return one.error();
    return group_.ask(gateway, method, one->path() + "/freeze");
}

}  // namespace tollgate::server
