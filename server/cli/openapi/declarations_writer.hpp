// Writes declarations files.
#pragma once
#include <string>
#include <vector>

#include "stripe/declarations/document.hpp"

namespace tollgate::server {

// What a file says of its service.
struct written_service {
    std::string name;
    std::string description;
    std::string base_url;
    std::string auth = "bearer";
    std::string auth_header{};  // empty: the usual one

    bool is_stripe() const;
};

// The lines before the capabilities.
std::string service_text(const written_service& service);
// A capability, as an item of the list. `is_stripe`: without what Stripe's own catalogue knows.
std::string capability_text(const stripe::document_capability& one, bool is_stripe);
// The block `permissions`, with every name in its tier.
std::string permissions_text(const std::vector<stripe::document_capability>& all);

}  // namespace tollgate::server
