#include <nlohmann/json.hpp>

#include "tenancy/audit/record_facts.hpp"

namespace tollgate::tenancy {

namespace {

std::string text_member(const nlohmann::json& entry, const char* name) {
    const auto found = entry.find(name);
    return found != entry.end() && found->is_string() ? found->get<std::string>() : std::string{};
}

std::optional<std::int64_t> number_member(const nlohmann::json& entry, const char* name) {
    const auto found = entry.find(name);
    if (found == entry.end() || !found->is_number_integer()) return {};
    return found->get<std::int64_t>();
}

}  // namespace

std::optional<record_facts> facts_of_record(std::string_view entry) {
    const auto parsed = nlohmann::json::parse(entry, nullptr, false);
    if (!parsed.is_object()) return {};
    record_facts out;
    out.kind = text_member(parsed, "kind");
    out.action = text_member(parsed, "action");
    out.account_id = text_member(parsed, "account");
    out.server_id = text_member(parsed, "server");
    out.client = text_member(parsed, "client");
    out.decision = text_member(parsed, "decision");
    out.outcome = text_member(parsed, "outcome");
    out.approval = text_member(parsed, "approval");
    out.receipt_id = text_member(parsed, "receipt");
    out.object_id = text_member(parsed, "object");
    out.status = number_member(parsed, "status").value_or(0);
    out.micros = number_member(parsed, "micros");
    return out;
}

}  // namespace tollgate::tenancy
