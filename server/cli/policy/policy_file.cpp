#include "server/cli/policy/policy_file.hpp"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <optional>
#include <unistd.h>

#include "base/yaml_reader.hpp"
#include "base/yaml_tree.hpp"
#include "tenancy/policy/rule_reader.hpp"

namespace tollgate::server {

namespace {

using base::invalid;
using base::result;
using base::yaml_kind;
using base::yaml_node;
using base::yaml_place;

base::failure mistake_at(const std::string& name, yaml_place at, std::string code,
                         const std::string& message) {
    return invalid(std::move(code), place_text(name, at) + message);
}

// The member of `amounts` that is not a whole number for a currency; null if there is none.
const yaml_node* wrong_amount(const yaml_node& amounts) {
    if (amounts.kind != yaml_kind::map) return nullptr;
    for (const auto& one : amounts.children) {
        const bool whole =
            one.kind == yaml_kind::number && one.scalar.find_first_of(".e") == std::string::npos;
        const bool currency =
            one.key.size() == 3 &&
            one.key.find_first_not_of("abcdefghijklmnopqrstuvwxyz") == std::string::npos;
        if (!whole || !currency) return &one;
    }
    return nullptr;
}

// The text below `node` that a message about an unknown argument ends with; null if it is not
// there.
const yaml_node* named_argument(const yaml_node& node, const std::string& message) {
    for (const auto& child : node.children) {
        if (child.kind == yaml_kind::text && message.ends_with(" argument '" + child.scalar + '\''))
            return &child;
        if (const auto* const found = named_argument(child, message)) return found;
    }
    return nullptr;
}

// What a person may have overlooked: quotes decide between text and numbers.
std::string quotes_hint(const yaml_node& node, std::string_view message) {
    const bool scalar = node.kind == yaml_kind::number || node.kind == yaml_kind::truth;
    if (scalar && message.ends_with("a string"))
        return "; " + node.scalar + " without quotes is not a string: write \"" + node.scalar + '"';
    if (node.kind == yaml_kind::text && message.ends_with("a whole number"))
        return "; it is text here: write digits, without quotes";
    if (node.kind == yaml_kind::number && message.ends_with("a whole number"))
        return "; it is " + node.scalar + " here";
    return {};
}

// A failure of read_rules() or make_policy() at its place in the file.
base::failure placed(const base::failure& why, const yaml_node& root, const std::string& name) {
    const auto found = node_at(root, why.field);
    const yaml_node* node = found.node;
    std::string message = why.message;
    if (why.code == "no_such_argument")
        if (const auto* const argument = named_argument(*node, message)) node = argument;
    if (message.find(why.field) == std::string::npos) message += " (" + why.field + ')';
    // About a key, not about its value.
    bool key = why.code == "unknown_field" || why.code == "several_conditions" ||
               why.code == "conflicting_fields";
    if (found.exact && why.field.ends_with(".amounts"))
        if (const auto* const amount = wrong_amount(*node)) {
            node = amount;
            key = true;
        }
    if (found.exact) message += quotes_hint(*node, message);
    const bool has_key = found.exact && !node->key.empty();
    return mistake_at(name, key && has_key ? node->key_at : node->at, why.code, message);
}

// The list `rules` of the file.
result<const yaml_node*> rules_of(const yaml_node& root, const std::string& name) {
    constexpr const char* expected = "write 'rules:' and below it a list of rules ([] for none)";
    if (root.kind != yaml_kind::map)
        return mistake_at(name, root.at, "wrong_type",
                          std::string("a policy file is a map with the member rules: ") + expected);
    for (const auto& member : root.children)
        if (member.key != "rules")
            return mistake_at(
                name, member.key_at, "unknown_field",
                "there is no member '" + member.key.substr(0, 64) +
                    "': the only member of a policy file is rules" +
                    (member.key == "version" ? ", and version belongs to the request" : ""));
    const auto* const rules = member_of(root, "rules");
    if (rules == nullptr)
        return mistake_at(name, root.at, "missing_field",
                          std::string("rules is missing: ") + expected);
    return rules;
}

result<std::string> read_all(int file, const std::string& name) {
    std::string text(policy_file_bytes_max + 1, '\0');
    std::size_t size = 0;
    while (size < text.size()) {
        const auto got = ::read(file, text.data() + size, text.size() - size);
        if (got < 0 && errno == EINTR) continue;
        if (got < 0)
            return invalid("unreadable",
                           "cannot read the policy file " + name + ": " + std::strerror(errno));
        if (got == 0) break;
        size += static_cast<std::size_t>(got);
    }
    if (size > policy_file_bytes_max)
        return invalid("too_large", name +
                                        " is larger than 65536 bytes, the most that a policy "
                                        "may have: put fewer rules into it");
    text.resize(size);
    return text;
}

std::string shown_name(const std::string& path) {
    return path == "-" ? "standard input" : path;
}

}  // namespace

result<policy_file> read_policy_text(std::string_view text, const std::string& name,
                                     const tenancy::tool_directory& tools) {
    const auto root = base::read_yaml_tree(text, name);
    if (!root) return root.error();
    const auto list = rules_of(*root, name);
    if (!list) return list.error();
    policy_file out;
    const std::string json = json_of(**list);
    auto rules = tenancy::read_rules(json, "rules");
    if (!rules) return placed(rules.error(), *root, name);
    auto made =
        tenancy::make_policy(std::move(*rules), tenancy::layer::server, 0, {}, tools, "rules");
    if (!made) return placed(made.error(), *root, name);
    out.body = R"({"rules":)" + json + '}';
    out.rules = std::move(*made);
    return out;
}

result<std::string> policy_file_text(const std::string& path) {
    const bool input = path == "-";
    const std::string name = shown_name(path);
    const int file = input ? STDIN_FILENO : ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (file < 0)
        return invalid("unreadable",
                       "cannot read the policy file " + name + ": " + std::strerror(errno));
    auto text = read_all(file, name);
    if (!input) ::close(file);
    return text;
}

result<policy_file> read_policy_file(const std::string& path,
                                     const tenancy::tool_directory& tools) {
    const auto text = policy_file_text(path);
    if (!text) return text.error();
    return read_policy_text(*text, shown_name(path), tools);
}

}  // namespace tollgate::server
