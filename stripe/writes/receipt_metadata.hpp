// The receipt's id in the metadata of the object that a write creates: which writes can carry it,
// and how the object is found by it.
#pragma once
#include <simdjson.h>

#include <optional>
#include <string>
#include <string_view>

#include "stripe/catalog/catalog.hpp"

namespace tollgate::stripe {

// How to look for the objects of a collection.
struct lookup_way {
    const operation* list = nullptr;    // takes `created`
    const operation* search = nullptr;  // or null: the collection has no search
};

// How to look for an object created by a POST to `path` ("/v1/refunds", concrete or a template,
// without a query); nullopt if the collection cannot be listed by time.
std::optional<lookup_way> lookup_of(std::string_view path);

// True if `called` creates an object that accepts metadata and can be looked for.
bool takes_receipt(const operation& called);

// True if the caller's own argument `metadata`, if any, leaves room for one more key: Stripe
// accepts fifty, and "" is not a set of keys.
bool leaves_room_for_receipt(const std::optional<simdjson::dom::element>& metadata);

// Adds the receipt's id to a form-encoded body.
void add_receipt(std::string& body, std::string_view receipt_id);

}  // namespace tollgate::stripe
