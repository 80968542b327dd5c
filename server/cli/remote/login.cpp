#include "server/cli/remote/login.hpp"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <functional>
#include <iostream>

#include "base/json_text.hpp"
#include "server/cli/commands.hpp"
#include "server/cli/gateway/admin_client.hpp"
#include "server/cli/gateway/contexts.hpp"
#include "server/cli/gateway/gateway_access.hpp"
#include "server/cli/gateway/gateway_commands.hpp"
#include "server/cli/text/prompt.hpp"
#include "server/cli/text/table.hpp"
#include "tenancy/secrets/token.hpp"

namespace tollgate::server {

namespace {

using base::result;

struct stored {
    std::string place;
    context_list list;
};

result<stored> read_stored() {
    auto place = contexts_place(environment_variable);
    if (!place) return place.error();
    auto list = context_list::read(*place);
    if (!list) return list.error();
    return stored{std::move(*place), std::move(*list)};
}

// The name of the team of the key, by a call that every role may make; empty if the key sees
// several, as that of an instance owner does.
result<std::string> team_of(const admin_client& gateway) {
    const auto teams = gateway.call("GET", "/team?limit=2");
    if (!teams) return teams.error();
    std::string out;
    const auto read = each_row(*teams, [&out](const simdjson::dom::element& row) -> result<> {
        simdjson::dom::object one;
        if (row.get(one) != simdjson::SUCCESS) return unreadable_answer();
        out = shown_member(one, "name");
        return {};
    });
    if (!read) return read.error();
    return *read == 1 ? out : std::string{};
}

admin_access access_of(const std::string& url, const base::secret& key) {
    admin_access out;
    out.url = url;
    out.key = std::string{key.reveal()};
    return out;
}

}  // namespace

void login_commands::add(CLI::App& app) {
    const auto add_one = [this](CLI::App& group, const char* name, const char* help,
                                base::result<> (login_commands::*action)() const) {
        auto* const command = group.add_subcommand(name, help);
        command->add_flag("--json", json_, "JSON, one object a line");
        entries_.push_back({command, [this, action] {
                                const auto done = (this->*action)();
                                if (done) return gateway_done;
                                complain(done.error().message);
                                return gateway_not_asked;
                            }});
        return command;
    };
    auto* const login = add_one(
        app, "login",
        "Store the address of a gateway and an API key, which is tried first, for later commands",
        &login_commands::login);
    login->add_option("--url", url_, "The address of the admin API")->required();
    login->add_option("--context", name_, "The name to store it by; default: default");
    login->add_option("--key-file", key_file_,
                      "A file with the API key; default: it is asked for, or read from standard "
                      "input");
    login->add_option("--instance", instances_,
                      "The admin address of one instance behind the address; once for each. "
                      "Commands that revoke ask them all afterwards");
    auto* const group = command_group(app, "contexts", "The gateways that login stored");
    add_one(*group, "list", "List them, one a line", &login_commands::list);
    add_one(*group, "use", "Make one the current context", &login_commands::use)
        ->add_option("NAME", name_, "Of the context")
        ->required();
    add_one(*group, "remove", "Forget one, and its key", &login_commands::remove)
        ->add_option("NAME", name_, "Of the context")
        ->required();
}

result<> login_commands::login() const {
    auto good = check_context_name(name_);
    if (!good) return good;
    auto known = read_stored();
    if (!known) return known.error();
    auto key = read_secret(key_file_, "API key (tgk_…): ");
    if (!key) return key.error();
    const auto gateway = admin_client::make(access_of(url_, *key));
    if (!gateway) return gateway.error();
    const auto team = team_of(*gateway);
    if (!team) return team.error();
    for (const auto& each : instances_) {
        const auto instance = gateway->at(each);
        if (!instance) return instance.error();
        const auto same = team_of(*instance);
        if (!same)
            return base::fail(same.error().kind, same.error().code,
                              "the instance " + each + ": " + same.error().message);
    }
    known->list.put({name_, url_, std::move(*key), instances_});
    auto written = known->list.write(known->place);
    if (!written) return written;
    if (json_) {
        std::string out = "{";
        base::json_members{out}
            .text("name", name_)
            .text("url", url_)
            .text("team", *team)
            .text("file", known->place);
        std::cout << out << "}\n";
    } else {
        std::cout << "Logged in to " << without_controls(url_)
                  << (team->empty() ? "" : " for the team " + without_controls(*team))
                  << ".\nThe context " << name_ << " is now the current one; its key is in "
                  << known->place << ".\n";
    }
    return {};
}

result<> login_commands::list() const {
    const auto known = read_stored();
    if (!known) return known.error();
    const context* const current = known->list.current();
    text_table table{{"NAME", "CURRENT", "URL", "KEY", "INSTANCES"}, {}};
    for (const auto& one : known->list.all()) {
        const bool is_current = &one == current;
        const auto prefix = tenancy::shown_prefix(one.key.reveal());
        if (!json_) {
            table.rows.push_back({one.name, is_current ? "yes" : "-", without_controls(one.url),
                                  without_controls(prefix), std::to_string(one.instances.size())});
            continue;
        }
        std::string out = "{";
        base::json_members{out}
            .text("name", one.name)
            .truth("current", is_current)
            .text("url", one.url)
            .text("key_prefix", prefix)
            .number("instances", std::ssize(one.instances));
        std::cout << out << "}\n";
    }
    print_table(table);
    say_if_empty(known->list.all().size());
    return {};
}

result<> login_commands::use() const {
    auto known = read_stored();
    if (!known) return known.error();
    if (!known->list.use(name_)) return no_such_context(name_);
    auto written = known->list.write(known->place);
    if (!written) return written;
    if (json_) {
        std::string out = "{";
        base::json_members{out}.text("name", name_).truth("current", true);
        std::cout << out << "}\n";
    } else {
        std::cout << "The context " << name_ << " is now the current one.\n";
    }
    return {};
}

result<> login_commands::remove() const {
    auto known = read_stored();
    if (!known) return known.error();
    if (!known->list.remove(name_)) return no_such_context(name_);
    auto written = known->list.write(known->place);
    if (!written) return written;
    if (json_) {
        std::string out = "{";
        base::json_members{out}.text("name", name_).truth("removed", true);
        std::cout << out << "}\n";
    } else {
        std::cout << "The context " << name_
                  << " is forgotten. Its key still works: tollgate keys revoke ends it.\n";
    }
    return {};
}

}  // namespace tollgate::server
