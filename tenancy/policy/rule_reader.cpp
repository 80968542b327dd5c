#include "tenancy/policy/rule_reader.hpp"

#include "base/json_reader.hpp"
#include "tenancy/policy/condition_reader.hpp"
#include "tenancy/policy/policy.hpp"
#include "tenancy/rules/group_names.hpp"

namespace tollgate::tenancy {

namespace {

using base::invalid;
using base::json;
using base::json_reader;

constexpr std::size_t id_max = 64;
constexpr std::size_t words_max = 200;  // of a list
constexpr std::int64_t approvals_max = 10;
constexpr std::int64_t expires_s_min = 60;
constexpr std::int64_t expires_s_max = std::int64_t{30} * 24 * 3'600;

bool is_rule_id(std::string_view id) {
    constexpr std::string_view allowed = "abcdefghijklmnopqrstuvwxyz0123456789_-";
    return !id.empty() && id.size() <= id_max &&
           id.find_first_not_of(allowed) == std::string_view::npos;
}

void read_id(json_reader& in, rule& out) {
    out.id = in.required_text("id");
    if (!is_rule_id(out.id))
        in.fail(invalid("invalid_id",
                        in.path_of("id") + " must be 1 to 64 of a-z, 0-9, '_' and '-'",
                        in.path_of("id")));
}

std::vector<std::string> read_words(json_reader& in, const char* name) {
    auto out = in.list(name);
    if (!out) return {};
    if (out->empty() || out->size() > words_max)
        in.fail(invalid("empty_list",
                        in.path_of(name) + " must name 1 to 200 things; leave it out to mean all",
                        in.path_of(name)));
    return std::move(*out);
}

void read_selection(json_reader& in, rule& out) {
    out.tools = read_words(in, "tools");
    out.except_tools = read_words(in, "except_tools");
    out.tags = read_words(in, "tags");
    const auto methods = read_words(in, "methods");
    if (methods.empty()) return;
    out.methods = 0;
    for (const auto& word : methods) {
        const auto bits = parse_method_word(word);
        if (!bits)
            return in.fail(invalid(
                "unknown_method",
                '\'' + word + "' is not a method; known: " + std::string(legal_method_words()),
                in.path_of("methods")));
        out.methods = static_cast<method_set>(out.methods | *bits);
    }
}

// True for what can only deny: limits that count calls, and the scope of data.
bool only_denies(const condition& when) {
    return std::holds_alternative<calls_limit>(when) || std::holds_alternative<cap_limit>(when) ||
           std::holds_alternative<data_scope>(when);
}

// Who must agree. Groups are of people, so a rule that names some means people only.
void read_approvers(json_reader& reader, approval_terms& out) {
    const auto by = reader.text("by").value_or("anyone");
    out.by_people = by == "people";
    if (!out.by_people && by != "anyone")
        reader.fail(invalid("unknown_value", reader.path_of("by") + " may be: anyone, people",
                            reader.path_of("by")));
    const auto groups = reader.list("groups");
    if (!groups || groups->empty()) return;
    auto joined = join_groups(*groups, reader.path_of("groups"));
    if (!joined) return reader.fail(joined.error());
    out.groups = std::move(*joined);
    if (!out.by_people)
        reader.fail(invalid("conflicting_fields",
                            reader.path_of("groups") + " are of people: write \"by\": \"people\"",
                            reader.path_of("groups")));
}

void read_effect(json_reader& in, rule& out) {
    const auto then = in.text("then").value_or("deny");
    if (then == "needs_approval")
        out.then = effect::needs_approval;
    else if (then != "deny")
        in.fail(invalid("unknown_value", in.path_of("then") + " may be: deny, needs_approval",
                        in.path_of("then")));
    if (out.then == effect::needs_approval && only_denies(out.when))
        in.fail(invalid("conflicting_fields",
                        in.path_of("then") + ": max_calls, cap and scope can only deny",
                        in.path_of("then")));
    const json* const terms = in.object("approval");
    if (terms == nullptr) return;
    if (out.then != effect::needs_approval)
        in.fail(invalid("conflicting_fields",
                        in.path_of("approval") + " is about rules whose 'then' is needs_approval",
                        in.path_of("approval")));
    json_reader reader{
        *terms, in.path_of("approval."), {"needed", "expires_in_seconds", "by", "groups"}};
    const auto needed = reader.integer("needed").value_or(out.approval.needed);
    const auto seconds = reader.integer("expires_in_seconds").value_or(out.approval.expires_in_s);
    if (needed < 1 || needed > approvals_max)
        reader.fail(invalid("out_of_range", reader.path_of("needed") + " must be from 1 to 10",
                            reader.path_of("needed")));
    if (seconds < expires_s_min || seconds > expires_s_max)
        reader.fail(
            invalid("out_of_range",
                    reader.path_of("expires_in_seconds") + " must be from 60 to 2592000 (30 days)",
                    reader.path_of("expires_in_seconds")));
    out.approval.needed = static_cast<std::uint32_t>(needed);
    out.approval.expires_in_s = static_cast<std::uint32_t>(seconds);
    read_approvers(reader, out.approval);
    in.take(reader);
}

void read_mode(json_reader& in, rule& out) {
    const auto mode = in.text("mode").value_or("enforce");
    out.observe = mode == "observe";
    if (!out.observe && mode != "enforce")
        in.fail(invalid("unknown_value", in.path_of("mode") + " may be: enforce, observe",
                        in.path_of("mode")));
    if (out.observe && only_denies(out.when))
        in.fail(invalid("conflicting_fields",
                        in.path_of("mode") + ": max_calls, cap and scope cannot only observe",
                        in.path_of("mode")));
    const auto until = in.text("observe_until");
    if (!until) return;
    out.observe_until = base::parse_timestamp(*until);
    if (!out.observe_until)
        in.fail(invalid("invalid_time",
                        in.path_of("observe_until") +
                            " must be a time with an offset, such as 2026-12-31T00:00:00Z",
                        in.path_of("observe_until")));
    if (!out.observe)
        in.fail(invalid("conflicting_fields",
                        in.path_of("observe_until") + " is about rules whose mode is observe",
                        in.path_of("observe_until")));
}

base::result<rule> read_rule(const json& object, const std::string& path) {
    json_reader in{object,
                   path + '.',
                   {"id",
                    "tools",
                    "except_tools",
                    "methods",
                    "tags",
                    "then",
                    "approval",
                    "mode",
                    "observe_until",
                    "max_value",
                    "min_value",
                    "allowed_values",
                    "denied_values",
                    "currencies",
                    "prefix",
                    "pattern",
                    "max_length",
                    "requires_field",
                    "metadata",
                    "forbidden_arguments",
                    "max_calls",
                    "cap",
                    "hours",
                    "dates",
                    "refund_within_remaining",
                    "no_open_dispute",
                    "max_age_days",
                    "capturable",
                    "repeat_within_minutes",
                    "scope"}};
    rule out;
    read_id(in, out);
    read_selection(in, out);
    out.when = read_condition(in);
    read_effect(in, out);
    read_mode(in, out);
    const auto good = in.ok();
    if (!good) return good.error();
    return out;
}

}  // namespace

base::result<std::vector<rule>> read_rules(std::string_view text, const std::string& field) {
    if (text.size() > rules_bytes_max)
        return invalid("too_large", field + " may have 65536 bytes", field);
    const json list = json::parse(text, nullptr, false);
    if (!list.is_array()) return invalid("wrong_type", field + " must be a list of rules", field);
    if (list.size() > rules_max)
        return invalid("too_many_rules", field + " may have 200 rules", field);
    std::vector<rule> out;
    for (std::size_t i = 0; i < list.size(); ++i) {
        const std::string path = field + '[' + std::to_string(i) + ']';
        if (!list[i].is_object()) return invalid("wrong_type", path + " must be an object", path);
        auto one = read_rule(list[i], path);
        if (!one) return one.error();
        out.push_back(std::move(*one));
    }
    return out;
}

}  // namespace tollgate::tenancy
