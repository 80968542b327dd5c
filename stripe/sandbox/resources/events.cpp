// Events: one for every change.
#include "stripe/sandbox/kernel/page.hpp"
#include "stripe/sandbox/resources/resources.hpp"

namespace tollgate::sandbox {
namespace {

// "charge.*" takes every event of charges.
bool is_type(const std::string& type, const std::string& wanted) {
    if (!wanted.ends_with('*')) return type == wanted;
    return type.starts_with(std::string_view(wanted).substr(0, wanted.size() - 1));
}

outcome<json> list(call& of) {
    return list_all(of, "event", {}, [&](const json& row) {
        const auto type = text_of(row, "type");
        if (has_value(of.params, "type") && !is_type(type, text_of(of.params, "type")))
            return false;
        if (!has_value(of.params, "types")) return true;
        const auto& types = of.params["types"];
        return std::find(types.begin(), types.end(), json(type)) != types.end();
    });
}

outcome<json> get(call& of) {
    const auto row = in_path(of, "event");
    if (!row) return row.error();
    return **row;
}

}  // namespace

void add_events(routes& to) {
    to.add("GET /v1/events", list);
    to.add("GET /v1/events/{id}", get);
}

}  // namespace tollgate::sandbox
