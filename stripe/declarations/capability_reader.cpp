#include "stripe/declarations/capability_reader.hpp"

#include <algorithm>
#include <array>

#include "base/text.hpp"
#include "stripe/declarations/input_reader.hpp"

namespace tollgate::stripe {

namespace {

using base::yaml_kind;
using base::yaml_node;

constexpr std::size_t name_bytes_max = 64;
constexpr std::size_t title_bytes_max = 100;
constexpr std::size_t path_bytes_max = 300;
constexpr std::size_t tags_max = 20;

constexpr std::array<std::string_view, 16> capability_words{
    "name",     "description",     "method",      "path",      "permission", "consent_required",
    "inputs",   "output",          "constraints", "title",     "tags",       "annotations",
    "encoding", "idempotency_key", "pagination",  "guardrails"};
constexpr std::array<std::string_view, 5> methods{"GET", "POST", "PUT", "PATCH", "DELETE"};
constexpr std::array<std::string_view, 3> tiers{"read", "write", "admin"};
constexpr std::array<std::string_view, 2> encodings{"form", "json"};
constexpr std::array<std::string_view, 4> hints{"readOnlyHint", "destructiveHint", "idempotentHint",
                                                "openWorldHint"};
constexpr std::array<std::string_view, 2> output_fields{"type", "description"};
constexpr std::array<std::string_view, 6> output_types{"string",  "integer", "number",
                                                       "boolean", "object",  "array"};

void read_annotations(map_reader& from, document_capability& out, problem_list& problems) {
    const auto* const node = from.find("annotations");
    if (node == nullptr) return;
    map_reader members{*node, from.path_to("annotations"), problems, hints};
    out.annotations = {node->at, members.truth(hints[0]), members.truth(hints[1]),
                       members.truth(hints[2]), members.truth(hints[3])};
}

void read_output(map_reader& from, document_capability& out, problem_list& problems) {
    const auto* const node = from.find("output");
    if (node == nullptr) return;
    out.output_at = node->at;
    const std::string path = from.path_to("output");
    if (node->kind != yaml_kind::map) {
        from.note(node->at, "output", "wrong_type",
                  "write the fields of the answer here, as 'name: {type: string}'");
        return;
    }
    for (const auto& field : node->children) {
        map_reader one{field, path + '.' + field.key, problems, output_fields};
        one.word("type", output_types, true);
        one.text("description");
        out.output.push_back(field.key);
    }
}

constexpr std::array<std::string_view, 5> paging_words{"style", "parameter", "next", "items",
                                                       "first"};
constexpr std::array<std::string_view, 4> paging_styles{"cursor", "page", "offset", "link"};
constexpr std::size_t pointer_bytes_max = 200;

// A JSON pointer (RFC 6901).
std::string read_pointer(map_reader& from, std::string_view key) {
    const auto text = from.text(key, pointer_bytes_max);
    if (!text) return {};
    bool good = text->starts_with('/');
    for (std::size_t i = 0; good && i < text->size(); ++i)
        if ((*text)[i] == '~')
            good = i + 1 < text->size() && ((*text)[i + 1] == '0' || (*text)[i + 1] == '1');
    if (good) return *text;
    from.note(from.find(key)->at, key, "invalid_pointer",
              quoted_word(*text) +
                  " is not a place in the answer: write a JSON pointer such as "
                  "/meta/next_cursor");
    return {};
}

void read_paging(map_reader& from, document_capability& out, problem_list& problems) {
    const auto* const node = from.find("pagination");
    if (node == nullptr) return;
    map_reader one{*node, from.path_to("pagination"), problems, paging_words};
    auto& paging = out.paging;
    paging.at = node->at;
    paging.style = one.word("style", paging_styles, true).value_or("");
    const bool link = paging.style == "link";
    if (!link && !paging.style.empty())
        paging.parameter =
            one.need_text("parameter", "the parameter of the query that chooses the page",
                          name_bytes_max)
                .value_or("");
    if (paging.style == "cursor" &&
        one.need("next", "where the answer has the next cursor, such as /meta/next_cursor"))
        paging.next = read_pointer(one, "next");
    const bool counted = paging.style == "page" || paging.style == "offset";
    if (counted) paging.items = read_pointer(one, "items");
    if (paging.style == "page") paging.first = one.whole("first", 0);
    const auto meaningless = [&](std::string_view key, bool has_meaning) {
        if (!has_meaning && !paging.style.empty() && one.find(key) != nullptr)
            one.note(
                one.find(key)->at, key, "cannot_be_enforced",
                "style: " + paging.style + " has no " + std::string(key) + ": remove this line");
    };
    meaningless("parameter", !link);
    meaningless("next", paging.style == "cursor");
    meaningless("items", counted);
    meaningless("first", paging.style == "page");
}

void read_inputs(map_reader& from, document_capability& out, problem_list& problems) {
    const auto* const node = from.find("inputs");
    if (node == nullptr) return;
    if (node->kind != yaml_kind::map) {
        from.note(node->at, "inputs", "wrong_type",
                  "write the inputs here, as 'name:' with type and description below");
        return;
    }
    for (const auto& one : node->children) {
        const std::string path = from.path_to("inputs") + '.' + one.key;
        if (!is_tool_name(one.key))
            problems.push_back(
                {one.key_at, "invalid_name", path,
                 quoted_word(one.key) +
                     " is not a valid name: use letters, digits and '_', a letter first"});
        out.inputs.push_back(read_input(one, path, out.constraints, problems));
    }
}

void read_constraints(map_reader& from, document_capability& out, problem_list& problems) {
    const auto* const node = from.find("constraints");
    if (node == nullptr) return;
    const std::string path = from.path_to("constraints");
    if (node->kind == yaml_kind::map) {
        out.constraints.push_back(read_constraint(*node, path, {}, problems));
        return;
    }
    if (node->kind != yaml_kind::list) {
        from.note(node->at, "constraints", "wrong_type",
                  "constraints must be a list of limits, such as '- max_per_hour: 10'");
        return;
    }
    for (std::size_t i = 0; i < node->children.size(); ++i)
        out.constraints.push_back(
            read_constraint(node->children[i], path + '[' + std::to_string(i) + ']', {}, problems));
}

void read_guardrails(map_reader& from, document_capability& out) {
    const auto* const node = from.find("guardrails");
    if (node == nullptr) return;
    if (node->kind != yaml_kind::list || node->children.size() > guardrails_max) {
        from.note(node->at, "guardrails", "wrong_type",
                  "guardrails must be a list of at most 50 rules, such as '- {id: short, "
                  "max_length: {argument: note, value: 200}}'");
        return;
    }
    const std::string path = from.path_to("guardrails");
    for (std::size_t i = 0; i < node->children.size(); ++i)
        out.guardrails.push_back({node->children[i].at, path + '[' + std::to_string(i) + ']',
                                  base::json_of(node->children[i])});
}

void read_path(map_reader& from, document_capability& out) {
    const auto path = from.need_text(
        "path", "the path below base_url, such as /charges/{charge_id}", path_bytes_max);
    if (!path) return;
    out.path_at = from.find("path")->at;
    if (path_names(*path))
        out.path = *path;
    else
        from.note(out.path_at, "path", "invalid_path",
                  quoted_word(*path) +
                      " is not a valid path: begin with '/', and write neither a query nor '..' "
                      "nor empty "
                      "parts; parameters are {name}, alone between slashes");
}

}  // namespace

bool is_tool_name(std::string_view name) {
    const auto letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); };
    return !name.empty() && name.size() <= name_bytes_max && letter(name.front()) &&
           std::ranges::all_of(name, [&](char c) {
               return letter(c) || base::is_digit(c) || c == '_' || c == '-';
           });
}

document_capability read_capability(const yaml_node& node, const std::string& path,
                                    problem_list& problems) {
    document_capability out{.at = node.at, .path_of = path};
    map_reader from{node, path, problems, capability_words};
    if (node.kind != yaml_kind::map) return out;
    if (const auto name = from.need_text("name", "the name of the tool, such as get_balance")) {
        out.at = from.find("name")->at;
        out.name = *name;
        if (!is_tool_name(*name))
            from.note(
                out.at, "name", "invalid_name",
                quoted_word(*name) +
                    " is not a valid name for a tool: use 1 to 64 letters, digits, '_' and '-', a "
                    "letter first");
    }
    out.description =
        from.need_text("description", "a sentence by which a model chooses the tool").value_or("");
    out.title = from.text("title", title_bytes_max).value_or("");
    out.method = from.word("method", methods, true).value_or("");
    read_path(from, out);
    const auto tier = from.word("permission", tiers, true);
    if (tier == "write") out.tier = tenancy::declared_tier::write;
    if (tier == "admin") out.tier = tenancy::declared_tier::admin;
    out.consent_required = from.truth("consent_required").value_or(false);
    read_inputs(from, out, problems);
    read_output(from, out, problems);
    read_constraints(from, out, problems);
    read_annotations(from, out, problems);
    read_paging(from, out, problems);
    read_guardrails(from, out);
    out.encoding = from.word("encoding", encodings, false).value_or("");
    out.honours_key = from.truth("idempotency_key").value_or(false);
    out.tags = from.scalars("tags").value_or(std::vector<std::string>{});
    if (out.tags.size() > tags_max)
        from.note(from.find("tags")->at, "tags", "out_of_range", "tags may have 20 entries");
    return out;
}

}  // namespace tollgate::stripe
