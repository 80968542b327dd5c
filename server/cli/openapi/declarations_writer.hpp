// Writes declarations files.
#pragma once
#include <string>
#include <vector>

#include "server/cli/openapi/openapi_schema.hpp"
#include "stripe/declarations/document.hpp"

namespace tollgate::server {

// A capability as it is written.
struct written_capability : stripe::document_capability {
    bool json_body = false;  // the body is JSON, not a form
    struct limited_input {
        std::string name;
        openapi_limits limits;
    };
    std::vector<limited_input> limited{};
};

// What a file says of its service.
struct written_service {
    std::string name;
    std::string description;
    std::string base_url;
    std::string auth{};         // "bearer", "api_key"; empty: the account says it
    std::string auth_header{};  // empty: the usual one

    bool is_stripe() const;
};

// The lines before the capabilities.
std::string service_text(const written_service& service);
// A capability, as an item of the list. `is_stripe`: without what Stripe's own catalogue knows.
std::string capability_text(const written_capability& one, bool is_stripe);
// Makes a comment of the guardrail number `rule` (from 0) of that text. False if there is none.
bool take_out_rule(written_capability& one, std::size_t rule);
// The block `permissions`, with every name in its tier.
std::string permissions_text(const std::vector<written_capability>& all);

}  // namespace tollgate::server
