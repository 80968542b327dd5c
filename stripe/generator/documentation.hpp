// Which text belongs to what: the look-up order of the records.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "stripe/generator/model.hpp"
#include "stripe/generator/records.hpp"

namespace tollgate::stripe::generator {

// The texts of one operation. Keeps references to both arguments.
class documentation {
public:
    documentation(const model_operation& operation, const records& from);

    const resource_record* resource() const { return resource_; }

    // The record of the kind, or of the custom verb; null when there is none.
    const verb_record* verb() const { return verb_; }

    // The operation's own record; null when there is none.
    const operation_record* own() const { return own_; }

    // What the answered object is searched by; empty when it has no search.
    const std::vector<search_record>& searched_by() const;

    // The text of a top-level argument, or empty: the operation's, the resource's, the glossary's.
    // A JSON body takes the glossary's text under "json.<name>" first, where there is one.
    // For a path argument the resource it belongs to gives a text too: before the glossary for
    // `id`, after it for the others.
    std::string argument(const model_parameter& parameter) const;

    // The text of a nested property, or empty. `path` are the names from the top; the longest
    // dotted key wins
    // ("shipping.address.line1", "address.line1", "line1"), first of the operation, then the
    // resource (both with a dot), then the glossary.
    std::string nested(const std::vector<std::string>& path) const;

    // The text of an argument the gateway adds (see gateway_arguments), or empty.
    std::string added(std::string_view name) const;

private:
    // The text that a record has for it, for every call that record is about.
    std::string shared_text(const model_parameter& parameter) const;
    std::string of_owner(std::string_view path_argument) const;
    std::string plain(std::string_view name) const;

    const model_operation& operation_;
    const records& records_;
    const resource_record* resource_;
    const verb_record* verb_;
    const operation_record* own_;
};

// "list", "get", … or the custom verb of the path: the key of verbs.yaml.
std::string verb_key(const model_operation& operation);

// The key of an operation below its resource in sayings.yaml: as verb_key(), but the path's last
// segment where that says what is created ("create_preview").
std::string saying_key(const model_operation& operation);

}  // namespace tollgate::stripe::generator
