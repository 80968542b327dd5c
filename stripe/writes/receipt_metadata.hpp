// The receipt's id in the metadata of the object that a write makes: where it can be, and where the
// object is looked for by it.
#pragma once
#include <simdjson.h>

#include <optional>
#include <string>
#include <string_view>

#include "stripe/catalog/catalog.hpp"

namespace tollgate::stripe {

// How the objects of a collection are looked for.
struct lookup_way {
    const operation* list = nullptr;    // takes `created`
    const operation* search = nullptr;  // or null: the collection has no search
};

// How an object can be looked for that a POST to `path` ("/v1/refunds", concrete or a template,
// without a query) has made; nothing if the collection cannot be listed by time.
std::optional<lookup_way> lookup_of(std::string_view path);

// True if `called` makes an object that takes metadata and can be looked for.
bool takes_receipt(const operation& called);

// True if the caller's own argument `metadata` (or nothing) leaves room for one more key: Stripe
// takes fifty, and "" is not a set of keys.
bool leaves_room_for_receipt(const std::optional<simdjson::dom::element>& metadata);

// Adds the receipt's id to a form-encoded body.
void add_receipt(std::string& body, std::string_view receipt_id);

}  // namespace tollgate::stripe
