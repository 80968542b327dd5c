#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>

#include "tenancy/rules/key_check.hpp"

namespace tollgate::tenancy {

namespace {

using json = nlohmann::ordered_json;

constexpr std::array<std::string_view, 4> state_names{"active", "needs_reauth", "wrong_account",
                                                      "unknown"};

base::failure unreadable() {
    return base::fail(base::errc::corrupt, "stored_json", "a stored check of a key cannot be read");
}

}  // namespace

std::string_view to_string(key_state state) {
    return state_names.at(static_cast<std::size_t>(state));
}

std::string_view to_string(key_access access) {
    return access == key_access::write ? "write" : "read";
}

std::string encode_key_check(const key_review& found) {
    json missing = json::array();
    for (const auto& one : found.missing)
        missing.push_back({{"area", one.area}, {"access", to_string(one.access)}});
    return json{{"state", to_string(found.state)},
                {"missing", std::move(missing)},
                {"beyond_need", found.beyond_need.size()}}
        .dump();
}

base::result<key_check> decode_key_check(const std::string& text, base::timestamp at) {
    try {
        const auto stored = json::parse(text);
        const auto state = std::find(state_names.begin(), state_names.end(),
                                     stored.at("state").get<std::string>());
        if (state == state_names.end()) return unreadable();
        key_check out;
        out.at = at;
        out.state = static_cast<key_state>(state - state_names.begin());
        for (const auto& one : stored.at("missing")) {
            const bool write = one.at("access").get<std::string>() == "write";
            out.missing.push_back(
                {one.at("area").get<std::string>(), write ? key_access::write : key_access::read});
        }
        out.beyond_need = stored.at("beyond_need").get<std::size_t>();
        return out;
    } catch (const json::exception&) {
        return unreadable();
    }
}

}  // namespace tollgate::tenancy
