#include "server/cli/openapi/declarations_writer.hpp"

#include <algorithm>

#include "base/json_text.hpp"
#include "base/text.hpp"
#include "base/yaml_scalar.hpp"
#include "server/cli/openapi/openapi_words.hpp"
#include "stripe/declarations/capability_reader.hpp"

namespace tollgate::server {

namespace {

using stripe::document_input;
using stripe::input_place;
using tenancy::declared_tier;
using tenancy::declared_type;

constexpr std::string_view stripe_address = "https://api.stripe.com";

// In the order of declared_type.
constexpr std::array<std::string_view, 7> type_names{"string", "integer", "number", "boolean",
                                                     "enum",   "array",   "object"};

// A text as YAML: without quotes only where YAML reads the same text.
std::string yaml_word(std::string_view text) {
    const bool plain = !text.empty() && !base::is_digit(text.front()) && text.front() != '-' &&
                       std::ranges::all_of(text, [](char c) {
                           return base::is_word_character(c) || c == '-' || c == '/';
                       });
    if (plain) {
        const auto read = base::plain_scalar(std::string(text));
        if (read && read->kind == base::yaml_kind::text) return std::string(text);
    }
    std::string out;
    base::append_json_string(out, text);
    return out;
}

std::string yaml_list(const std::vector<std::string>& texts) {
    std::string out = "[";
    for (const auto& one : texts) out += (out.size() > 1 ? ", " : "") + yaml_word(one);
    return out + ']';
}

// Nothing where a reader of the file knows it without a word.
std::string_view place_word(const written_capability& capability, const document_input& input) {
    if (input.where == input_place::query && capability.method != "GET") return "query";
    if (input.where == input_place::body && capability.method == "DELETE") return "body";
    return {};
}

std::string input_text(const written_capability& capability, const document_input& input,
                       bool is_stripe) {
    std::string out = "      " + yaml_word(input.name) + ": {type: " +
                      std::string(type_names.at(static_cast<std::size_t>(input.type)));
    if (!input.values.empty()) out += ", values: " + yaml_list(input.values);
    if (input.required) out += ", required: true";
    if (!input.usual.empty()) out += ", default: " + input.usual;
    const auto place = is_stripe ? std::string_view{} : place_word(capability, input);
    if (!place.empty()) out += ", in: " + std::string(place);
    if (!input.description.empty()) {
        out += ", description: ";
        base::append_json_string(out, input.description);
    }
    for (const auto& limit : capability.constraints)
        if (limit.input == input.name && limit.allowed_values) {
            out += ", constraints: {allowed_values: [";
            for (const auto& value : *limit.allowed_values)
                out += (&value == limit.allowed_values->data() ? "" : ", ") + value;
            out += "]}";
        }
    return out + "}\n";
}

std::string argument_rule(const std::string& id, std::string_view condition,
                          const std::string& input, const std::string& value,
                          std::string_view more = {}) {
    std::string out = "      - {id: " + id + ", " + std::string(condition) + ": {argument: ";
    return out + yaml_word(input) + ", value: " + value + std::string(more) + "}}\n";
}

// The id of a rule: lower case, and short.
std::string rule_id(const std::string& input, std::string_view what) {
    return base::to_lower(input).substr(0, 40) + '_' + std::string(what);
}

enum class limit_kind : std::uint8_t { most, least, length, pattern };

// A limit of an input as a rule of the file.
struct written_rule {
    std::size_t limited = 0;  // in written_capability::limited
    limit_kind kind = limit_kind::most;
    std::string text;
    std::string in_words;  // as the document has it
};

void add_rules_of(const std::string& name, const openapi_limits& limits, std::size_t limited,
                  std::vector<written_rule>& into) {
    constexpr std::string_view absent = ", if_absent: allow";
    const auto number = [&](limit_kind kind, std::string_view id, const char* condition,
                            const std::optional<std::int64_t>& value, const char* word,
                            std::string_view more) {
        if (!value) return;
        const auto text = std::to_string(*value);
        into.push_back({limited, kind,
                        argument_rule(rule_id(name, id), condition, name, text, more),
                        word + (' ' + text)});
    };
    number(limit_kind::most, "most", "max_value", limits.most, "maximum", absent);
    number(limit_kind::least, "least", "min_value", limits.least, "minimum", absent);
    number(limit_kind::length, "length", "max_length", limits.length_max, "maxLength", {});
    if (limits.pattern.empty()) return;
    std::string quoted;
    base::append_json_string(quoted, limits.pattern);
    into.push_back({limited, limit_kind::pattern,
                    argument_rule(rule_id(name, "pattern"), "pattern", name, quoted),
                    "pattern " + quoted});
}

// In the order in which they are written.
std::vector<written_rule> rules_of(const written_capability& one) {
    std::vector<written_rule> out;
    for (std::size_t i = 0; i < one.limited.size(); ++i) {
        const auto& [name, limits] = one.limited[i];
        if (one.find_input(name) != nullptr) add_rules_of(name, limits, i, out);
    }
    return out;
}

std::string not_enforced(const std::string& name, std::string_view limit) {
    return "    # not enforced: " + name + ": " + std::string(limit) + '\n';
}

// What the document limits of the inputs, as rules; and as comments what no rule says, or is beyond
// the rules that a capability may have.
std::string limits_text(const written_capability& one) {
    std::string rules;
    std::string notes;
    for (const auto& [name, limits] : one.limited)
        if (one.find_input(name) != nullptr)
            for (const auto& each : limits.unsaid) notes += not_enforced(name, each);
    std::size_t written = 0;
    for (const auto& each : rules_of(one)) {
        if (written++ < stripe::guardrails_max)
            rules += each.text;
        else
            notes += not_enforced(one.limited[each.limited].name, plain_line(each.in_words));
    }
    return notes + (rules.empty() ? "" : "    guardrails:\n" + rules);
}

std::string tier_line(const std::vector<written_capability>& all, declared_tier tier) {
    std::vector<std::string> names;
    for (const auto& one : all)
        if (one.tier == tier) names.push_back(one.name);
    if (names.empty()) return {};
    return "  " + std::string(to_string(tier)) + ": " + yaml_list(names) + '\n';
}

}  // namespace

bool written_service::is_stripe() const {
    return base_url.starts_with(stripe_address) &&
           (base_url.size() == stripe_address.size() || base_url[stripe_address.size()] == '/');
}

std::string service_text(const written_service& service) {
    std::string out = "version: \"1.0\"\nservice:\n  name: ";
    base::append_json_string(out, service.name);
    out += "\n  description: ";
    base::append_json_string(out, service.description);
    out += "\n  base_url: ";
    base::append_json_string(out, service.base_url);
    out += '\n';
    if (service.auth.empty()) return out;
    out += "  auth: {type: " + service.auth;
    if (!service.auth_header.empty()) out += ", header: " + yaml_word(service.auth_header);
    return out + "}\n";
}

std::string capability_text(const written_capability& one, bool is_stripe) {
    std::string out = "  - name: " + yaml_word(one.name) + "\n    description: ";
    base::append_json_string(out, one.description);
    out += "\n    method: " + one.method + "\n    path: " + one.path +
           "\n    permission: " + std::string(to_string(one.tier)) + '\n';
    if (one.consent_required) out += "    consent_required: true\n";
    const bool has_body = std::ranges::any_of(
        one.inputs, [](const document_input& input) { return input.where == input_place::body; });
    if (!is_stripe && has_body && one.method != "DELETE")
        out += std::string("    encoding: ") + (one.json_body ? "json" : "form") + '\n';
    if (!one.tags.empty()) out += "    tags: " + yaml_list(one.tags) + '\n';
    if (!one.inputs.empty()) out += "    inputs:\n";
    for (const auto& input : one.inputs) out += input_text(one, input, is_stripe);
    // Stripe's catalogue checks its own arguments.
    if (!is_stripe) out += limits_text(one);
    return out;
}

bool take_out_rule(written_capability& one, std::size_t rule) {
    const auto rules = rules_of(one);
    if (rule >= rules.size()) return false;
    const auto& gone = rules[rule];
    auto& limits = one.limited[gone.limited].limits;
    limits.unsaid.push_back(plain_line(gone.in_words));
    if (gone.kind == limit_kind::most) limits.most.reset();
    if (gone.kind == limit_kind::least) limits.least.reset();
    if (gone.kind == limit_kind::length) limits.length_max.reset();
    if (gone.kind == limit_kind::pattern) limits.pattern.clear();
    return true;
}

std::string permissions_text(const std::vector<written_capability>& all) {
    return "permissions:\n" + tier_line(all, declared_tier::read) +
           tier_line(all, declared_tier::write) + tier_line(all, declared_tier::admin);
}

}  // namespace tollgate::server
