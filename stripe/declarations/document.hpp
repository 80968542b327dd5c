// A declarations file as it is written: a service, and capabilities that become tools. Nothing here
// knows the catalogue.
#pragma once
#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/yaml_tree.hpp"
#include "tenancy/rules/declared_tools.hpp"

namespace tollgate::stripe {

// Something that is wrong at a place of the file; or, if it is a regret, only worse than it might
// be.
struct document_problem {
    base::yaml_place at;
    std::string code;     // a stable word: "unknown_field"
    std::string path;     // of the member: "capabilities[2].inputs.limit"
    std::string message;  // a sentence that says what to write instead
    bool regret = false;
};

// The limits of one `constraints` entry. At an input they are about that input, otherwise about the
// inputs that they can be about.
struct document_constraint {
    base::yaml_place at;
    std::string path;
    std::string input{};  // the input that it is about; empty: of the capability
    std::optional<std::int64_t> value_max{};
    std::optional<std::int64_t> per_hour_max{};
    std::optional<std::int64_t> per_request_max{};
    std::optional<std::vector<std::string>> allowed_values{};
    std::string requires_field{};
};

enum class input_place : std::uint8_t { usual, query, path, body, header };

struct document_input {
    base::yaml_place at;
    std::string name;
    tenancy::declared_type type = tenancy::declared_type::string;
    bool required = false;
    std::string description{};
    std::vector<std::string> values{};
    std::string usual{};  // JSON of `default`; empty: none
    input_place where = input_place::usual;
};

// The annotations of a tool for clients; absent: those of the operation.
struct document_annotations {
    base::yaml_place at{};
    std::optional<bool> reads_only{};
    std::optional<bool> destructive{};
    std::optional<bool> idempotent{};
    std::optional<bool> open_world{};
};

// A rule of the rules on calls (docs/policies.md) on the calls of one capability.
struct document_guardrail {
    base::yaml_place at;
    std::string path;
    std::string json;  // of the rule
};

// The pages of a list, as they are written; an empty `style`: it has none.
struct document_paging {
    base::yaml_place at{};
    std::string style{};
    std::string parameter{};
    std::string next{};
    std::string items{};
    std::optional<std::int64_t> first{};
};

struct document_capability {
    base::yaml_place at;
    std::string path_of;  // "capabilities[2]"
    std::string name{};
    std::string title{};
    std::string description{};
    std::string method{};
    std::string path{};
    base::yaml_place path_at{};
    tenancy::declared_tier tier = tenancy::declared_tier::read;
    bool consent_required = false;
    std::vector<document_input> inputs{};
    std::vector<std::string> output{};  // names of fields
    base::yaml_place output_at{};
    std::vector<document_constraint> constraints{};
    std::vector<document_guardrail> guardrails{};
    std::vector<std::string> tags{};
    document_annotations annotations{};
    std::string encoding{};  // of the body: form, json, or empty
    // Of another service than Stripe: it treats two writes with one Idempotency-Key as one.
    bool honours_key = false;
    document_paging paging{};

    const document_input* find_input(std::string_view wanted) const {
        for (const auto& one : inputs)
            if (one.name == wanted) return &one;
        return nullptr;
    }
    bool reads() const { return method == "GET"; }
};

struct declaration_document {
    std::string service{};
    std::string description{};
    std::string base_url{};
    base::yaml_place base_url_at{};
    bool auth_given = false;
    std::string auth = "bearer";
    std::string auth_header{};
    std::string auth_prefix{};
    base::yaml_place auth_at{};
    base::yaml_place auth_header_at{};
    base::yaml_place auth_prefix_at{};
    bool only = true;
    std::vector<document_capability> capabilities{};
    bool has_permissions = false;
    std::vector<std::string> tiered{};     // the names in read, write and admin
    std::vector<std::string> forbidden{};  // sorted
};

// The input that says how many rows a list returns.
constexpr std::string_view rows_input = "limit";

struct read_document {
    declaration_document document;
    std::vector<document_problem> problems;  // in the order of the file

    bool valid() const;  // no problem but regrets
    std::size_t regrets() const;
};

// The document in `text`, which came from the file `name`, and everything that is wrong with it. A
// text that is no YAML, or too large, has one problem. `strict`: regrets, too. Pure.
read_document read_declarations(std::string_view text, const std::string& name, bool strict);

// The names between braces in a path, in their order; nothing if the path is none: it begins with
// '/', and has neither a query nor empty or dot segments.
std::optional<std::vector<std::string>> path_names(std::string_view path);

// In the order of their places.
void sort_problems(std::vector<document_problem>& problems);

// "file:3:5: message", one a line.
std::string problem_lines(const std::vector<document_problem>& problems, const std::string& name);

}  // namespace tollgate::stripe
