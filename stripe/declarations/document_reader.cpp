#include <algorithm>
#include <array>
#include <tuple>

#include "base/yaml_reader.hpp"
#include "stripe/declarations/capability_reader.hpp"
#include "stripe/declarations/document_rules.hpp"

namespace tollgate::stripe {

namespace {

using base::yaml_kind;
using base::yaml_node;

constexpr std::array<std::string_view, 5> file_fields{"version", "service", "capabilities",
                                                      "permissions", "only"};
constexpr std::array<std::string_view, 5> service_fields{"name", "description", "base_url",
                                                         "version", "auth"};
constexpr std::array<std::string_view, 3> auth_fields{"type", "header", "prefix"};
constexpr std::array<std::string_view, 4> auth_types{"api_key", "bearer", "oauth2", "none"};
constexpr std::array<std::string_view, 4> tier_fields{"read", "write", "admin", "forbidden"};
constexpr std::size_t url_bytes_max = 300;
constexpr std::size_t service_name_bytes_max = 100;
constexpr std::size_t problems_max = 100;

void read_auth(map_reader& service, declaration_document& out, problem_list& problems) {
    const auto* const node = service.find("auth");
    if (node == nullptr) return;
    map_reader from{*node, service.path_to("auth"), problems, auth_fields};
    if (node->kind != yaml_kind::map) return;
    out.auth_given = true;
    out.auth_at = node->at;
    if (const auto type = from.word("type", auth_types, true)) out.auth = *type;
    out.auth_header = from.text("header").value_or("");
    out.auth_prefix = from.text("prefix").value_or("");
    if (!out.auth_header.empty()) out.auth_header_at = from.find("header")->at;
    if (!out.auth_prefix.empty()) out.auth_prefix_at = from.find("prefix")->at;
}

void read_service(map_reader& file, declaration_document& out, problem_list& problems) {
    const auto* const node = file.need("service", "name, description and base_url of the service");
    if (node == nullptr) return;
    map_reader from{*node, "service", problems, service_fields};
    if (node->kind != yaml_kind::map) return;
    out.service =
        from.need_text("name", "the name of the service", service_name_bytes_max).value_or("");
    out.description = from.need_text("description", "what the service does").value_or("");
    if (const auto url =
            from.need_text("base_url", "such as https://api.stripe.com/v1", url_bytes_max)) {
        out.base_url = *url;
        out.base_url_at = from.find("base_url")->at;
    }
    if (const auto* const version = from.find("version"); version != nullptr)
        if (!scalar_of(*version))
            from.note(version->at, "version", "wrong_type", "version must be a text");
    read_auth(from, out, problems);
}

void read_version(map_reader& file) {
    const auto* const version = file.need("version", "write version: \"1.0\"");
    if (version == nullptr) return;
    if (version->kind == yaml_kind::text && version->scalar == "1.0") return;
    file.note(version->at, "version", "invalid_value",
              "version must be \"1.0\", with the quotes: this is the only version of the schema");
}

void read_capabilities(map_reader& file, declaration_document& out, problem_list& problems) {
    const auto* const node = file.need("capabilities", "a list of what may be called");
    if (node == nullptr) return;
    if (node->kind != yaml_kind::list) {
        file.note(node->at, "capabilities", "wrong_type",
                  "capabilities must be a list: begin each with '- name:'");
        return;
    }
    if (node->children.empty() || node->children.size() > tenancy::capabilities_max) {
        file.note(node->at, "capabilities", "out_of_range",
                  "capabilities must have 1 to " + std::to_string(tenancy::capabilities_max) +
                      " entries");
        return;
    }
    for (std::size_t i = 0; i < node->children.size(); ++i)
        out.capabilities.push_back(read_capability(
            node->children[i], "capabilities[" + std::to_string(i) + ']', problems));
}

void read_permissions(map_reader& file, declaration_document& out, problem_list& problems) {
    const auto* const node = file.find("permissions");
    if (node == nullptr) return;
    out.has_permissions = true;
    map_reader from{*node, "permissions", problems, tier_fields};
    if (node->kind != yaml_kind::map) return;
    for (const auto tier : tier_fields) {
        auto names = from.scalars(tier).value_or(std::vector<std::string>{});
        auto& into = tier == "forbidden" ? out.forbidden : out.tiered;
        into.insert(into.end(), names.begin(), names.end());
    }
    std::ranges::sort(out.forbidden);
}

bool is_parameter(std::string_view segment) {
    return segment.size() > 2 && segment.front() == '{' && segment.back() == '}' &&
           is_tool_name(segment.substr(1, segment.size() - 2));
}

bool is_literal(std::string_view segment) {
    constexpr std::string_view allowed{
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.~"};
    return !segment.empty() && segment != "." && segment != ".." &&
           segment.find_first_not_of(allowed) == std::string_view::npos;
}

// Regrets go first, so that they hide no mistake.
void keep_first(problem_list& problems) {
    for (auto at = problems.size(); at-- > 0 && problems.size() > problems_max;)
        if (problems[at].regret) problems.erase(problems.begin() + static_cast<std::ptrdiff_t>(at));
    if (problems.size() > problems_max) problems.resize(problems_max);
}

}  // namespace

std::optional<std::vector<std::string>> path_names(std::string_view path) {
    std::vector<std::string> out;
    if (!path.starts_with('/') || path.size() == 1) return {};
    while (!path.empty()) {
        path.remove_prefix(1);
        const auto segment = path.substr(0, path.find('/'));
        path.remove_prefix(segment.size());
        if (is_parameter(segment))
            out.emplace_back(segment.substr(1, segment.size() - 2));
        else if (!is_literal(segment))
            return {};
    }
    return out;
}

void sort_problems(std::vector<document_problem>& problems) {
    std::ranges::sort(problems, {}, [](const document_problem& one) {
        return std::tie(one.at.line, one.at.column, one.path, one.code, one.message);
    });
}

bool read_document::valid() const {
    return regrets() == problems.size();
}

std::size_t read_document::regrets() const {
    return static_cast<std::size_t>(std::ranges::count_if(problems, &document_problem::regret));
}

read_document read_declarations(std::string_view text, const std::string& name, bool strict) {
    read_document out;
    if (text.size() > tenancy::declarations_bytes_max) {
        out.problems.push_back({{},
                                "too_large",
                                {},
                                "a declarations file may have " +
                                    std::to_string(tenancy::declarations_bytes_max) +
                                    " bytes: put fewer capabilities into it"});
        return out;
    }
    const auto root = base::read_yaml_tree(text, name);
    if (!root) {
        // The message begins with its place already; it is kept apart from the others here.
        out.problems.push_back({{0, 0}, root.error().code, {}, root.error().message});
        return out;
    }
    map_reader file{*root, {}, out.problems, file_fields};
    if (root->kind != yaml_kind::map) return out;
    read_version(file);
    read_service(file, out.document, out.problems);
    read_capabilities(file, out.document, out.problems);
    read_permissions(file, out.document, out.problems);
    out.document.only = file.truth("only").value_or(true);
    check_document(out.document, file.find("permissions"), out.problems);
    if (strict) note_regrets(out.document, root->at, out.problems);
    sort_problems(out.problems);
    keep_first(out.problems);
    return out;
}

std::string problem_lines(const std::vector<document_problem>& problems, const std::string& name) {
    std::string out;
    for (const auto& one : problems) {
        if (!out.empty()) out += '\n';
        if (one.at.line > 0) out += base::place_text(name, one.at);
        out += (one.regret ? "regret: " : "") + one.message;
        if (!one.path.empty()) out += " (" + one.path + ')';
    }
    return out;
}

}  // namespace tollgate::stripe
