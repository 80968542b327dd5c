// The facts in a stored audit record, read from its entry, for counts and events.
#pragma once
#include <simdjson.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace tollgate::tenancy {

// As in audit_event; absent texts are empty.
struct record_facts {
    std::string kind;
    std::string action;
    std::string account_id;
    std::string server_id;
    std::string client;
    std::string decision;
    std::string outcome;
    std::string approval;
    std::string receipt_id;
    std::string object_id;
    std::int64_t status = 0;               // 0: none
    std::optional<std::int64_t> micros{};  // how long it took
};

// Returns nullopt if the entry is not a JSON object. Members of another type count as absent.
// `parser` is used for the time of the call; one parser for many records saves its allocations.
std::optional<record_facts> facts_of_record(std::string_view entry, simdjson::dom::parser& parser);

}  // namespace tollgate::tenancy
