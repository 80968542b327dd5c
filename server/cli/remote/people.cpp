#include "server/cli/remote/people.hpp"

#include <CLI/CLI.hpp>

#include "base/json_text.hpp"
#include "server/cli/argument_checks.hpp"
#include "server/cli/command_group.hpp"

namespace tollgate::server {

namespace {

using base::result;

constexpr std::string_view people_root = "/person";
constexpr const char* roles = "viewer, operator, approver or admin";

}  // namespace

void people_commands::add(CLI::App& app) {
    auto* const group =
        command_group(app, "people", "The people of the team, asked of a running gateway");
    const auto add_one = [&](const char* name, const char* help,
                             result<int> (people_commands::*act)(const admin_client&) const) {
        return group_.add(*group, name, help, [this, act](const admin_client& gateway) {
            return (this->*act)(gateway);
        });
    };
    add_one("list", "List people, newest first, one a line", &people_commands::list)
        ->add_option("--limit", limit_, "How many at most; default: 100")
        ->check(whole_number());
    auto* const inviting = add_one("invite", "Invite a person; invitation shows the token, once",
                                   &people_commands::invite);
    inviting->add_option("--name", name_, "What they are called")->required();
    inviting->add_option("--email", email_, "The e-mail address for signing in")->required();
    inviting->add_option("--role", role_, roles)->required();
    auto* const changing =
        add_one("change", "Change the name, role or groups of a person", &people_commands::change);
    changing->add_option("--name", name_, "What they are called");
    changing->add_option("--role", role_, roles);
    for (auto* const command : {inviting, changing})
        command->add_option("--group", groups_,
                            "Of which they are a member; several times for several groups");
    changing->add_option("ID", id_, "per_…")->required();
    const auto add_about = [&](const char* name, const char* help, std::string_view method,
                               std::string_view below) {
        group_
            .add(*group, name, help,
                 [this, method, below](const admin_client& gateway) {
                     return about(gateway, method, below);
                 })
            ->add_option("ID", id_, "per_…")
            ->required();
    };
    add_about("show", "Show one person", "GET", "");
    add_about("invite-again", "Make a new invitation, for a link or a password that was lost",
              "POST", "/invitation");
    add_about(
        "sign-in-link",
        "Make a link that signs a person in once, within ten minutes; needs the first API key",
        "POST", "/sign-in-link");
    add_about("remove", "Remove a person, and end their sessions", "DELETE", "");
    add_about("sign-out", "End all sessions of a person", "DELETE", "/session");
    add_about("reset-code", "Turn one-time codes of a person off, and end their sessions", "DELETE",
              "/totp");
}

result<int> people_commands::list(const admin_client& gateway) const {
    return group_.list_all(gateway, std::string{people_root},
                           {"id", "role", "email", "name", "groups"}, limit_);
}

result<int> people_commands::invite(const admin_client& gateway) const {
    std::string sent = "{";
    base::json_members members{sent};
    members.text("name", name_).text("email", email_).text("role", role_);
    if (!groups_.empty()) members.raw("groups", json_list(groups_));
    return group_.ask(gateway, "POST", std::string{people_root}, sent + '}');
}

result<int> people_commands::change(const admin_client& gateway) const {
    std::string sent = "{";
    base::json_members members{sent};
    if (!name_.empty()) members.text("name", name_);
    if (!role_.empty()) members.text("role", role_);
    if (!groups_.empty()) members.raw("groups", json_list(groups_));
    return about(gateway, "PATCH", "", sent + '}');
}

result<int> people_commands::about(const admin_client& gateway, std::string_view method,
                                   std::string_view below, std::string body) const {
    std::string path = path_below(people_root, id_);
    path += below;
    return group_.ask(gateway, method, path, std::move(body));
}

}  // namespace tollgate::server
