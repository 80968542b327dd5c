#include "server/cli/clients/config_change.hpp"

namespace tollgate::server::clients {

namespace {

using base::result;

// True if the file was created for this entry, and nobody else has written to it.
bool ours_alone(const client_kind& client, std::string_view file, const std::string& text,
                const std::string& name, const existing_entry& entry) {
    const auto fresh = with_entry(client, file, "", name, entry.url, entry.program);
    return fresh && *fresh == text;
}

}  // namespace

result<config_change> plan_add(const client_kind& client, std::string_view file,
                               const config_state& state, const wanted_entry& entry) {
    const std::string old = state.text.value_or("");
    auto text = with_entry(client, file, old, entry.name, entry.url, entry.program);
    if (!text) return text.error();
    if (state.text && *text == old) return config_change{};
    config_change out{.kind = change_kind::add, .text = std::move(*text), .backup = !!state.text};
    const auto there = read_entry(client, file, old, entry.name);
    if (there && *there) {
        out.kind = change_kind::update;
        out.backup = !ours_alone(client, file, old, entry.name, **there);
    }
    return out;
}

result<config_change> plan_remove(const client_kind& client, std::string_view file,
                                  const config_state& state, const std::string& name) {
    if (!state.text) return config_change{};
    const auto there = read_entry(client, file, *state.text, name);
    if (!there) return there.error();
    if (!*there) return config_change{};
    const existing_entry& entry = **there;
    if (state.backup) {
        const auto before = read_entry(client, file, *state.backup, name);
        const auto again = with_entry(client, file, *state.backup, name, entry.url, entry.program);
        if (before && !*before && again && *again == *state.text)
            return config_change{.kind = change_kind::restore, .text = *state.backup};
    } else if (ours_alone(client, file, *state.text, name, entry)) {
        return config_change{.kind = change_kind::unlink};
    }
    auto text = without_entry(client, file, *state.text, name);
    if (!text) return text.error();
    return config_change{.kind = change_kind::remove, .text = std::move(*text)};
}

}  // namespace tollgate::server::clients
