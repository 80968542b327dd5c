#include "server/admin/change_note_codec.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>

namespace tollgate::admin {

namespace {

using json = nlohmann::ordered_json;

constexpr std::array<std::string_view, 4> left_out{"tools", "updated_at", "last_used_at",
                                                   "use_count"};

// Writes the differences into the two objects; a member that is missing on one side is null there.
void compare(const json& before, const json& after, const std::string& path, json& from, json& to) {
    const auto look = [&](const std::string& name) {
        if (std::find(left_out.begin(), left_out.end(), name) != left_out.end()) return;
        const json old = before.value(name, json{});
        const json now = after.value(name, json{});
        if (old == now) return;
        if (name == "config" && old.is_object() && now.is_object())
            return compare(old, now, "config.", from, to);
        from[path + name] = old;
        to[path + name] = now;
    };
    for (const auto& [name, ignored] : before.items()) look(name);
    for (const auto& [name, ignored] : after.items())
        if (!before.contains(name)) look(name);
}

std::string text_of_difference(const json& value) {
    return value.empty() ? std::string{}
                         : value.dump(-1, ' ', false, json::error_handler_t::replace);
}

}  // namespace

change_note changes_between(std::string_view before, std::string_view after) {
    const json old = json::parse(before, nullptr, false);
    const json now = json::parse(after, nullptr, false);
    if (!old.is_object() || !now.is_object()) return {};
    json from = json::object();
    json to = json::object();
    compare(old, now, "", from, to);
    return {text_of_difference(from), text_of_difference(to)};
}

std::string id_in(std::string_view object) {
    const json value = json::parse(object, nullptr, false);
    if (!value.is_object() || !value.contains("id") || !value["id"].is_string()) return {};
    return value["id"].get<std::string>();
}

void note_change(const call& in, std::string_view before, std::string_view after) {
    if (in.note != nullptr) *in.note = changes_between(before, after);
}

}  // namespace tollgate::admin
