#include "stripe/declarations/document_rules.hpp"

#include <algorithm>
#include <array>
#include <set>

#include "stripe/declarations/capability_reader.hpp"

namespace tollgate::stripe {

namespace {

using base::yaml_node;
using tenancy::declared_tier;
using tenancy::declared_type;

constexpr std::size_t description_short = 10;  // bytes

class capability_check {
public:
    capability_check(const document_capability& one, problem_list& problems)
        : one_(one), problems_(problems) {}

    void run() {
        check_path();
        check_places();
        for (const auto& limit : one_.constraints) check_limit(limit);
        check_tier();
    }

private:
    void note(base::yaml_place at, const std::string& path, std::string code, std::string message) {
        problems_.push_back({at, std::move(code), path, std::move(message)});
    }

    void check_path() {
        const auto names = path_names(one_.path).value_or(std::vector<std::string>{});
        std::set<std::string_view> seen;
        for (const auto& name : names) {
            if (!seen.insert(name).second)
                note(one_.path_at, one_.path_of + ".path", "repeated_parameter",
                     "the parameter {" + name + "} is there twice");
            if (one_.find_input(name) == nullptr)
                note(one_.path_at, one_.path_of + ".path", "undeclared_parameter",
                     "the parameter {" + name + "} is not declared: add it to inputs, in: path");
        }
        for (const auto& input : one_.inputs) {
            const bool in_path = std::ranges::find(names, input.name) != names.end();
            const std::string path = one_.path_of + ".inputs." + input.name + ".in";
            if (in_path && input.where != input_place::usual && input.where != input_place::path)
                note(input.at, path, "wrong_place",
                     quoted_word(input.name) + " is a parameter of the path: write in: path");
            if (!in_path && input.where == input_place::path && !one_.path.empty())
                note(input.at, path, "wrong_place",
                     "the path has no parameter {" + input.name + '}');
        }
    }

    void check_places() {
        for (const auto& input : one_.inputs) {
            const std::string path = one_.path_of + ".inputs." + input.name + ".in";
            if (one_.reads() && input.where == input_place::body)
                note(input.at, path, "wrong_place",
                     "a GET has no body: write in: query, or leave it out");
            if (input.where == input_place::header)
                note(input.at, path, "cannot_be_enforced",
                     "a caller cannot set headers of the request: remove this input");
        }
    }

    // The inputs that a limit on values can be about.
    std::vector<const document_input*> subjects(const document_constraint& limit,
                                                bool numbers) const {
        std::vector<const document_input*> out;
        for (const auto& input : one_.inputs) {
            if (!limit.input.empty() && input.name != limit.input) continue;
            const bool number =
                input.type == declared_type::integer || input.type == declared_type::number;
            const bool scalar =
                input.type != declared_type::array && input.type != declared_type::object;
            if (numbers ? number : scalar) out.push_back(&input);
        }
        return out;
    }

    void check_limit(const document_constraint& limit) {
        if (!limit.input.empty() && one_.find_input(limit.input) == nullptr)
            return note(limit.at, limit.path + ".field", "unknown_input",
                        "there is no input " + quoted_word(limit.input) + suggested(limit.input));
        if (limit.value_max) check_value_max(limit);
        if (limit.allowed_values) check_allowed(limit);
        if (!limit.requires_field.empty() && one_.find_input(limit.requires_field) == nullptr)
            note(limit.at, limit.path + ".requires_field", "unknown_input",
                 "there is no input " + quoted_word(limit.requires_field) +
                     suggested(limit.requires_field));
        if (limit.per_request_max) check_per_request(limit);
    }

    void check_value_max(const document_constraint& limit) {
        const auto about = subjects(limit, true);
        if (about.empty())
            return note(
                limit.at, limit.path + ".max_value", "cannot_be_enforced",
                "max_value limits numbers, and " +
                    (limit.input.empty() ? "this capability has no input of type integer "
                                           "or number"
                                         : quoted_word(limit.input) + " is none: declare it as "
                                                                      "integer or number"));
        for (const auto* input : about)
            if (const auto given = number_in(input->usual);
                given && *given > static_cast<double>(*limit.value_max))
                note(limit.at, limit.path + ".max_value", "conflicting_fields",
                     "the default of " + quoted_word(input->name) + " is above this limit");
    }

    void check_allowed(const document_constraint& limit) {
        const auto about = subjects(limit, false);
        if (about.size() == 1) return;
        note(limit.at, limit.path + ".allowed_values", "cannot_be_enforced",
             limit.input.empty()
                 ? "write 'field: NAME' beside allowed_values: which input do they limit?"
                 : "allowed_values limit one value, and " + quoted_word(limit.input) + " is none");
    }

    void check_per_request(const document_constraint& limit) {
        const bool about_list = std::ranges::any_of(one_.inputs, [&](const document_input& input) {
            const bool named = limit.input.empty() || input.name == limit.input;
            return named && (input.type == declared_type::array ||
                             (input.name == rows_input && input.type == declared_type::integer));
        });
        if (about_list) return;
        note(limit.at, limit.path + ".max_per_request", "cannot_be_enforced",
             "max_per_request limits the rows of a list (an integer input 'limit') or the items of "
             "an input of type array; there is neither");
    }

    void check_tier() {
        if (one_.method.empty()) return;
        if (!one_.reads() && one_.tier == declared_tier::read)
            note(one_.at, one_.path_of + ".permission", "wrong_tier",
                 "a " + one_.method + " changes something: its permission is write or admin");
        const auto& hints = one_.annotations;
        const std::string path = one_.path_of + ".annotations";
        if (hints.reads_only && *hints.reads_only != one_.reads())
            note(hints.at, path + ".readOnlyHint", "wrong_hint",
                 "readOnlyHint of a " + one_.method + " is " + (one_.reads() ? "true" : "false"));
        if (hints.destructive && !*hints.destructive && one_.method == "DELETE")
            note(hints.at, path + ".destructiveHint", "wrong_hint", "a DELETE is destructive");
        if (one_.consent_required && one_.reads())
            note(one_.at, one_.path_of + ".consent_required", "cannot_be_enforced",
                 "people approve writes; a GET cannot wait for their consent: remove this line, or "
                 "do not declare the capability");
    }

    static std::optional<double> number_in(const std::string& json) {
        if (json.empty()) return {};
        return std::strtod(json.c_str(), nullptr);
    }

    std::string suggested(std::string_view given) const {
        std::vector<std::string_view> names;
        for (const auto& input : one_.inputs) names.push_back(input.name);
        return suggestion(given, names);
    }

    const document_capability& one_;
    problem_list& problems_;
};

std::vector<std::string_view> names_of(const declaration_document& document) {
    std::vector<std::string_view> out;
    for (const auto& one : document.capabilities)
        if (!one.name.empty()) out.push_back(one.name);
    return out;
}

const document_capability* find_in(const declaration_document& document, std::string_view name) {
    for (const auto& one : document.capabilities)
        if (one.name == name) return &one;
    return nullptr;
}

// One name in permissions, below `tier`.
void check_tiered(const declaration_document& document, std::string_view tier,
                  const yaml_node& entry, problem_list& problems) {
    const std::string path = "permissions." + std::string(tier);
    const auto* const named = find_in(document, entry.scalar);
    const bool forbids = tier == "forbidden";
    if (named == nullptr && !forbids)
        problems.push_back({entry.at, "unknown_capability", path,
                            "there is no capability " + quoted_word(entry.scalar) +
                                suggestion(entry.scalar, names_of(document))});
    if (named == nullptr || forbids) return;
    if (to_string(named->tier) != tier)
        problems.push_back({entry.at, "wrong_tier", path,
                            quoted_word(entry.scalar) + " has the permission " +
                                std::string(to_string(named->tier)) +
                                ": list it there, or change its permission"});
}

void check_permissions(const declaration_document& document, const yaml_node& permissions,
                       problem_list& problems) {
    std::set<std::string_view> seen;
    for (const auto& tier : permissions.children)
        for (const auto& entry : tier.children) {
            if (!scalar_of(entry)) continue;
            if (!seen.insert(entry.scalar).second)
                problems.push_back({entry.at, "tiers_overlap", "permissions." + tier.key,
                                    quoted_word(entry.scalar) +
                                        " is listed twice: a name belongs to one tier, or is "
                                        "forbidden"});
            else
                check_tiered(document, tier.key, entry, problems);
        }
}

}  // namespace

void check_document(const declaration_document& document, const yaml_node* permissions,
                    problem_list& problems) {
    std::set<std::string_view> seen;
    for (const auto& one : document.capabilities) {
        if (!one.name.empty() && !seen.insert(one.name).second)
            problems.push_back({one.at, "repeated_name", one.path_of + ".name",
                                quoted_word(one.name) + " is there twice: names must differ"});
        capability_check{one, problems}.run();
    }
    if (permissions != nullptr) check_permissions(document, *permissions, problems);
}

void note_regrets(const declaration_document& document, base::yaml_place top,
                  problem_list& problems) {
    const auto regret = [&](base::yaml_place at, const std::string& path, std::string message) {
        problems.push_back({at, "regret", path, std::move(message), true});
    };
    if (!document.has_permissions)
        regret(top, "permissions",
               "there is no permissions block: list which names may read, write and administrate");
    for (const auto& one : document.capabilities) {
        const auto name = quoted_word(one.name);
        if (!one.description.empty() && one.description.size() < description_short)
            regret(one.at, one.path_of + ".description",
                   "the description of " + name + " is too short for a model to choose by");
        if (one.method == "DELETE" && !one.consent_required)
            regret(one.at, one.path_of, name + " deletes without consent_required: true");
        else if (!one.method.empty() && !one.reads() && !one.consent_required &&
                 one.constraints.empty())
            regret(one.at, one.path_of,
                   name + " writes without constraints and without consent_required: true");
        const bool listed = std::ranges::find(document.tiered, one.name) != document.tiered.end() ||
                            std::ranges::binary_search(document.forbidden, one.name);
        if (document.has_permissions && !one.name.empty() && !listed)
            regret(one.at, one.path_of, name + " is in no tier of permissions");
    }
}

}  // namespace tollgate::stripe
