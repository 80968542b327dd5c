#include <algorithm>

#include "base/json_reader.hpp"
#include "tenancy/policy/exception.hpp"

namespace tollgate::tenancy {

namespace {

using base::json;

base::failure unreadable_exceptions() {
    return base::fail(base::errc::corrupt, "stored_json", "stored exceptions cannot be read");
}

// Nothing if a member is missing or of another type.
std::optional<rule_exception> read_exception(const json& object) {
    if (!object.is_object()) return {};
    base::json_reader in{
        object, "", {"id", "layer", "rule", "reason", "created_by", "created_at", "ends_at"}};
    rule_exception out;
    out.id = in.required_text("id");
    const auto where = policy_layer(in.required_text("layer"));
    out.rule = in.required_text("rule");
    out.reason = in.required_text("reason");
    out.created_by = in.required_text("created_by");
    const auto created = base::parse_timestamp(in.required_text("created_at"));
    const auto ends = base::parse_timestamp(in.required_text("ends_at"));
    if (!in.ok() || !where || !created || !ends) return {};
    out.where = *where;
    out.created_at = *created;
    out.ends_at = *ends;
    return out;
}

}  // namespace

bool is_excepted(const std::vector<rule_exception>& all, layer where, std::string_view rule,
                 base::timestamp now) noexcept {
    return std::ranges::any_of(all, [&](const rule_exception& one) {
        return one.where == where && one.rule == rule && now < one.ends_at;
    });
}

std::string encode_exceptions(const std::vector<rule_exception>& all) {
    json out = json::array();
    for (const auto& one : all)
        out.push_back({{"id", one.id},
                       {"layer", to_string(one.where)},
                       {"rule", one.rule},
                       {"reason", one.reason},
                       {"created_by", one.created_by},
                       {"created_at", base::format_timestamp(one.created_at)},
                       {"ends_at", base::format_timestamp(one.ends_at)}});
    return out.dump(-1, ' ', false, json::error_handler_t::replace);
}

base::result<std::vector<rule_exception>> decode_exceptions(std::string_view text) {
    const json list = json::parse(text, nullptr, false);
    if (!list.is_array()) return unreadable_exceptions();
    std::vector<rule_exception> out;
    for (const auto& object : list) {
        auto one = read_exception(object);
        if (!one) return unreadable_exceptions();
        out.push_back(std::move(*one));
    }
    return out;
}

std::optional<layer> policy_layer(std::string_view word) {
    for (const auto one : {layer::team, layer::account, layer::server})
        if (to_string(one) == word) return one;
    return {};
}

}  // namespace tollgate::tenancy
