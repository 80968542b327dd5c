#include "server/cli/remote/webhooks.hpp"

#include <CLI/CLI.hpp>

#include "base/json_text.hpp"
#include "server/cli/argument_checks.hpp"
#include "server/cli/text/prompt.hpp"

namespace tollgate::server {

namespace {

using base::result;

constexpr std::string_view webhooks_root = "/webhook";

}  // namespace

void webhook_commands::add(CLI::App& app) {
    auto* const group =
        command_group(app, "webhooks", "Who is told of approvals, by a running gateway");
    const auto add_list = [&](const char* name, const char* help, gateway_commands::action act) {
        auto* const command = group_.add(*group, name, help, std::move(act));
        command->add_option("--limit", limit_, "How many at most; default: 100")
            ->check(whole_number());
        return command;
    };
    const auto add_about = [&](const char* name, const char* help, gateway_commands::action act) {
        auto* const command = group_.add(*group, name, help, std::move(act));
        command->add_option("ID", id_, "whk_…")->required();
        return command;
    };
    add_list("list", "List webhooks, newest first, one a line",
             [this](const admin_client& gateway) {
                 return group_.list_all(gateway, std::string{webhooks_root},
                                        {"id", "name", "format", "host", "events", "created_at"},
                                        limit_);
             });
    auto* const creating =
        group_.add(*group, "create", "Add a webhook; secret is what it signs with, shown once",
                   [this](const admin_client& gateway) { return create(gateway); });
    creating->add_option("--name", name_, "What it is called")->required();
    creating->add_option("--address-file", address_file_,
                         "A file with the address, which may hold a secret; default: it is asked "
                         "for, or read from standard input");
    creating->add_option("--format", format_, "standard or slack; default: standard");
    creating->add_option("--events", events_, "created, approved, …; default: all")->delimiter(',');
    add_about("show", "Show one webhook",
              [this](const admin_client& gateway) { return group_.ask(gateway, "GET", path()); });
    add_about("remove", "Remove a webhook", [this](const admin_client& gateway) {
        return group_.ask(gateway, "DELETE", path());
    });
    add_about("test",
              "Send a message that only tries the address (exit status 4: not acknowledged)",
              [this](const admin_client& gateway) { return test(gateway); });
    add_list("deliveries", "List what a webhook was told, newest first",
             [this](const admin_client& gateway) {
                 return group_.list_all(
                     gateway, path() + "/delivery",
                     {"id", "event", "state", "attempts", "created_at", "last_error"}, limit_);
             })
        ->add_option("ID", id_, "whk_…")
        ->required();
    add_about("repeat", "Send a message again",
              [this](const admin_client& gateway) {
                  return group_.ask(gateway, "POST",
                                    path_below(path() + "/delivery", delivery_) + "/repeat");
              })
        ->add_option("DELIVERY", delivery_, "apr_…_created")
        ->required();
}

std::string webhook_commands::path() const {
    return path_below(webhooks_root, id_);
}

result<int> webhook_commands::create(const admin_client& gateway) const {
    const auto address = read_secret(address_file_, "Address (https://…): ");
    if (!address) return address.error();
    std::string sent = "{";
    base::json_members members{sent};
    members.text("name", name_).text("address", address->reveal());
    if (!format_.empty()) members.text("format", format_);
    if (!events_.empty()) members.raw("events", json_list(events_));
    return group_.ask(gateway, "POST", std::string{webhooks_root}, sent + '}');
}

result<int> webhook_commands::test(const admin_client& gateway) const {
    const auto body = gateway.call("POST", path() + "/test");
    if (!body) return body.error();
    const auto shown = group_.show(*body);
    if (!shown) return shown.error();
    return member_of(*body, "delivered") == "true" ? gateway_done : gateway_not_so;
}

}  // namespace tollgate::server
