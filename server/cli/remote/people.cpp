#include "server/cli/remote/people.hpp"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <iostream>

#include "base/json_text.hpp"
#include "server/cli/command_group.hpp"

namespace tollgate::server {

namespace {

using base::result;

constexpr std::string_view root = "/person";
constexpr unsigned page_max = 100;
constexpr const char* roles = "viewer, operator, approver or admin";

// A JSON list of texts.
std::string list_of(const std::vector<std::string>& texts) {
    std::string out = "[";
    for (const auto& one : texts) {
        if (out.size() > 1) out += ',';
        base::append_json_string(out, one);
    }
    return out + ']';
}

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
        ->check(CLI::PositiveNumber);
    auto* const inviting = add_one("invite", "Invite a person; invitation shows the token, once",
                                   &people_commands::invite);
    inviting->add_option("--name", name_, "What they are called")->required();
    inviting->add_option("--email", email_, "With which they sign in")->required();
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
    add_about("remove", "Remove a person, and end their sessions", "DELETE", "");
    add_about("sign-out", "End all sessions of a person", "DELETE", "/session");
    add_about("reset-code", "Turn one-time codes of a person off, and end their sessions", "DELETE",
              "/totp");
}

result<int> people_commands::list(const admin_client& gateway) const {
    std::string cursor;
    for (std::size_t seen = 0; seen < limit_;) {
        std::string path{root};
        add_query(path, "limit", std::to_string(std::min<std::size_t>(limit_ - seen, page_max)));
        if (!cursor.empty()) add_query(path, "cursor", cursor);
        const auto page = gateway.call("GET", path);
        if (!page) return page.error();
        const auto count = group_.list(*page, {"id", "role", "email", "name", "groups"});
        if (!count) return count.error();
        seen += *count;
        cursor = member_of(*page, "next_cursor");
        if (cursor.empty() || *count == 0) break;
    }
    return gateway_done;
}

result<int> people_commands::invite(const admin_client& gateway) const {
    std::string sent = "{";
    base::json_members members{sent};
    members.text("name", name_).text("email", email_).text("role", role_);
    if (!groups_.empty()) members.raw("groups", list_of(groups_));
    const auto body = gateway.call("POST", std::string{root}, sent + '}');
    if (!body) return body.error();
    const auto done = group_.show(*body);
    if (!done) return done.error();
    return gateway_done;
}

result<int> people_commands::change(const admin_client& gateway) const {
    std::string sent = "{";
    base::json_members members{sent};
    if (!name_.empty()) members.text("name", name_);
    if (!role_.empty()) members.text("role", role_);
    if (!groups_.empty()) members.raw("groups", list_of(groups_));
    return about(gateway, "PATCH", "", sent + '}');
}

result<int> people_commands::about(const admin_client& gateway, std::string_view method,
                                   std::string_view below, std::string body) const {
    std::string path = path_below(root, id_);
    path += below;
    const auto answer = gateway.call(method, path, std::move(body));
    if (!answer) return answer.error();
    if (answer->empty()) return gateway_done;
    const auto done = group_.show(*answer);
    if (!done) return done.error();
    return gateway_done;
}

}  // namespace tollgate::server
