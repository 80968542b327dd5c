#include <nlohmann/json.hpp>

#include <vector>

#include "base/embedded.hpp"
#include "tenancy/policy/presets.hpp"

namespace tollgate::tenancy {

namespace embedded_presets {
std::span<const base::embedded_file> embedded_files();  // generated from presets.json
}

namespace {

std::vector<preset> read_presets() {
    using json = nlohmann::ordered_json;
    std::vector<preset> out;
    const json list = json::parse(embedded_presets::embedded_files().front().text);
    for (const json& one : list)
        out.push_back({one.at("id").get<std::string>(), one.at("title").get<std::string>(),
                       one.at("description").get<std::string>(), one.at("config").dump()});
    return out;
}

}  // namespace

std::span<const preset> presets() {
    static const std::vector<preset> all = read_presets();
    return all;
}

const preset* find_preset(std::string_view id) {
    for (const preset& one : presets())
        if (one.id == id) return &one;
    return nullptr;
}

std::string preset_ids() {
    std::string out;
    for (const preset& one : presets()) out += (out.empty() ? "" : ", ") + one.id;
    return out;
}

}  // namespace tollgate::tenancy
