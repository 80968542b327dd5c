// Events: one for every change.
#include "stripe/sandbox/kernel/page.hpp"
#include "stripe/sandbox/resources/resources.hpp"

namespace tollgate::sandbox {
namespace {

// "charge.*" matches every event of charges.
bool is_type(const std::string& type, const std::string& wanted) {
    if (!wanted.ends_with('*')) return type == wanted;
    return type.starts_with(std::string_view(wanted).substr(0, wanted.size() - 1));
}

outcome<json> list_events(call& call) {
    return list_all(call, "event", {}, [&](const json& row) {
        const auto type = text_of(row, "type");
        if (has_value(call.params, "type") && !is_type(type, text_of(call.params, "type")))
            return false;
        if (!has_value(call.params, "types")) return true;
        const auto& types = call.params["types"];
        return std::find(types.begin(), types.end(), json(type)) != types.end();
    });
}

outcome<json> get_event(call& call) {
    const auto row = in_path(call, "event");
    if (!row) return row.error();
    return **row;
}

}  // namespace

void add_events(routes& to) {
    to.add("GET /v1/events", list_events);
    to.add("GET /v1/events/{id}", get_event);
}

}  // namespace tollgate::sandbox
