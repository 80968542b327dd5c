#include "stripe/tools/usual_expansion.hpp"

#include <algorithm>

#include "stripe/answer/answer.hpp"
#include "stripe/listing/reach.hpp"
#include "stripe/request/form_writer.hpp"

namespace tollgate::stripe {

namespace {

// The field of the answered object, or empty.
std::string_view usual_field(const operation& called) {
    const auto objects = called.response_objects();
    if (objects.size() != 1 || called.find_parameter("expand") == nullptr) return {};
    if (objects.front() == "invoice") return "payments";
    if (objects.front() == "payment_link" && !is_page(called)) return "line_items";
    return {};
}

// True if the call shows the field: no fields were named, or the defaults, or this field among
// them.
bool is_shown(const own_arguments& own, std::string_view field) {
    return own.fields.empty() || std::ranges::any_of(own.fields, [&](std::string_view name) {
               if (name.starts_with("data.")) name.remove_prefix(5);
               return name == "default" || name == "*" || name.starts_with(field);
           });
}

}  // namespace

void add_usual_expansion(const tenancy::grant& grant, const operation& called,
                         const own_arguments& own, encoded_request& request) {
    const auto field = usual_field(called);
    const bool raw = grant.results.raw && own.fields.empty();
    if (field.empty() || raw || !is_shown(own, field)) return;
    const std::string path = (is_page(called) ? "data." : "") + std::string(field);
    const bool asked_for = std::ranges::any_of(
        own.expanded, [&](const std::string& each) { return each.starts_with(path); });
    own_arguments with;
    with.expanded = {path};
    if (asked_for || reach_refusal(grant, called, with, {})) return;
    const std::string name = "expand[" + std::to_string(own.expanded.size()) + "]";
    if (called.method() == http_method::get) {
        append_query_pair(request.target, name, path);
    } else if (called.method() == http_method::post && called.encoding() == encoding::form) {
        if (!request.body.empty()) request.body += '&';
        request.body += name + '=' + path;
    }
}

}  // namespace tollgate::stripe
