// The URIs of resources: the form of each template, and the parsing of a URI.
#pragma once
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "stripe/catalog/main_objects.hpp"
#include "tenancy/rules/grant.hpp"

namespace tollgate::stripe {

// One object by its id; the customers with an e-mail address; a charge with its related objects.
enum class resource_form : std::uint8_t { object, customers_by_email, payment };

struct resource_template {
    resource_form form;
    const main_object* object;  // never null
    std::string uri;            // "stripe://customer/{id}"
    std::string_view name;      // for programs
    std::string title;
    std::string description;
    std::string_view variable;  // "id", "email", "charge_id"
};

// In the order in which they are listed; they live as long as the process.
std::span<const resource_template> resource_templates();

// The template with that URI ("stripe://customer/{id}"), or null.
const resource_template* find_template(std::string_view uri);

// The tool that reads a template's objects for `grant`; empty if none passes its filter.
std::string_view tool_of(const resource_template& from, const tenancy::grant& grant);

struct requested_resource {
    const resource_template* from;  // never null
    std::string value;              // of its variable, decoded and checked
};

// Fails with errc::invalid_argument: "unknown_uri" for a URI without a template, "bad_id" and
// "bad_email" for impossible values; the message says what is allowed. Nothing is sent for those.
base::result<requested_resource> read_resource_uri(std::string_view uri);

}  // namespace tollgate::stripe
