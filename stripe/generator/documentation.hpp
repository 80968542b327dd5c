// Finds the text for each part of a tool: the look-up order of the records.
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

    // The record of the kind, or of the custom verb; null if there is none.
    const verb_record* verb() const { return verb_; }

    // The operation's own record; null if there is none.
    const operation_record* own() const { return own_; }

    // The fields by which objects of the answered kind are searched; empty if there is no search.
    const std::vector<search_record>& searched_by() const;

    // The text of a top-level argument, or empty: from the operation, the resource, or the
    // glossary. For a JSON body, the glossary's text under "json.<name>" comes first, if there is
    // one. A path argument may also take the text of its resource: before the glossary for `id`,
    // after it for others.
    std::string argument(const model_parameter& parameter) const;

    // The text of a nested property, or empty. `path` contains the names from the top; the longest
    // dotted key wins ("shipping.address.line1", "address.line1", "line1"), first in the operation,
    // then in the resource (both with a dot), then in the glossary.
    std::string nested(const std::vector<std::string>& path) const;

    // The text of an argument that the gateway adds (see gateway_arguments), or empty.
    std::string added(std::string_view name) const;

private:
    // The text in a record, which is shared by all calls of that record.
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
// segment if it names what is created ("create_preview").
std::string saying_key(const model_operation& operation);

}  // namespace tollgate::stripe::generator
