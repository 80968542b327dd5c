#include "tenancy/audit/record_facts.hpp"

namespace tollgate::tenancy {

namespace {

namespace dom = simdjson::dom;

std::string text_of_member(const dom::object& entry, std::string_view name) {
    std::string_view out;
    return entry.at_key(name).get(out) == simdjson::SUCCESS ? std::string{out} : std::string{};
}

std::optional<std::int64_t> number_of_member(const dom::object& entry, std::string_view name) {
    std::int64_t out = 0;
    if (entry.at_key(name).get(out) != simdjson::SUCCESS) return {};
    return out;
}

}  // namespace

std::optional<record_facts> facts_of_record(std::string_view entry, dom::parser& parser) {
    dom::object parsed;
    if (parser.parse(entry.data(), entry.size()).get(parsed) != simdjson::SUCCESS) return {};
    record_facts out;
    out.kind = text_of_member(parsed, "kind");
    out.action = text_of_member(parsed, "action");
    out.account_id = text_of_member(parsed, "account");
    out.server_id = text_of_member(parsed, "server");
    out.client = text_of_member(parsed, "client");
    out.decision = text_of_member(parsed, "decision");
    out.outcome = text_of_member(parsed, "outcome");
    out.approval = text_of_member(parsed, "approval");
    out.receipt_id = text_of_member(parsed, "receipt");
    out.object_id = text_of_member(parsed, "object");
    out.status = number_of_member(parsed, "status").value_or(0);
    out.micros = number_of_member(parsed, "micros");
    return out;
}

}  // namespace tollgate::tenancy
