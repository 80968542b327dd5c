#include "server/cli/gateway/choose_gateway.hpp"

#include <algorithm>
#include <utility>

namespace tollgate::server {

namespace {

using base::result;

std::string value_of(const environment_reader& environment, const char* name) {
    return environment(name).value_or(std::string{});
}

bool belongs(const context& to, const std::string& url) {
    return url == to.url ||
           std::find(to.instances.begin(), to.instances.end(), url) != to.instances.end();
}

}  // namespace

result<admin_access> choose_gateway(admin_access flags, const environment_reader& environment) {
    const bool by_flag = !flags.context.empty();
    if (!by_flag) {
        if (flags.url.empty()) flags.context = value_of(environment, "TOLLGATE_CONTEXT");
        if (flags.context.empty() && flags.url.empty())
            flags.url = value_of(environment, "TOLLGATE_ADMIN_URL");
    }
    if (flags.key.empty() && flags.key_file.empty() && !by_flag)
        flags.key = value_of(environment, "TOLLGATE_API_KEY");
    const bool has_key = !flags.key.empty() || !flags.key_file.empty();
    if (!flags.context.empty() || flags.url.empty() || !has_key) {
        const auto place = contexts_place(environment);
        const bool needed = !flags.context.empty();
        if (!place && needed) return place.error();
        auto list = place ? context_list::read(*place) : result<context_list>{context_list{}};
        if (!list) return list.error();
        const context* const chosen = needed ? list->find(flags.context) : list->current();
        if (needed && chosen == nullptr) return no_such_context(flags.context);
        if (chosen != nullptr) {
            if (flags.url.empty()) flags.url = chosen->url;
            const bool theirs = belongs(*chosen, flags.url);
            if (theirs) flags.instances = chosen->instances;
            if (theirs && !has_key) flags.key = std::string{chosen->key.reveal()};
        }
    }
    if (flags.url.empty()) flags.url = "http://127.0.0.1:8787";
    return flags;
}

}  // namespace tollgate::server
