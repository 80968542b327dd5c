#include "stripe/declarations/declared_rules.hpp"

#include <algorithm>

#include "tenancy/policy/rule_reader.hpp"

namespace tollgate::stripe {

namespace {

using tenancy::declared_input;
using tenancy::declared_type;
using tenancy::effect;
using tenancy::layer;
using tenancy::number_limit;
using tenancy::rule;

constexpr std::int64_t hour_seconds = 3'600;
constexpr std::int64_t usual_rows = 10;  // of a list at Stripe without a limit

std::string dotted(const std::vector<std::string>& names) {
    std::string out;
    for (const auto& name : names) out += (out.empty() ? "" : ".") + name;
    return out;
}

bool is_number(const declared_input& input) {
    return input.type == declared_type::integer || input.type == declared_type::number;
}

class rule_maker {
public:
    rule_maker(const resolved_capability& one, std::vector<document_problem>& problems)
        : one_(one), problems_(problems) {}

    // The place in the file of each rule is remembered, for what make_policy() finds wrong.
    struct made_rule {
        rule what;
        base::yaml_place at;
        std::string path;
    };

    std::vector<made_rule> run() {
        if (one_.from->consent_required) {
            rule asks = base_rule("consent_required");
            asks.then = effect::needs_approval;
            add(std::move(asks), one_.from->at, one_.from->path_of);
        }
        for (const auto& limit : one_.from->constraints) add_limit(limit);
        for (const auto& each : one_.from->guardrails) add_guardrail(each);
        return std::move(out_);
    }

private:
    rule base_rule(const std::string& name) const {
        rule out;
        out.id = one_.tool.name + '.' + name;
        out.tools.push_back(one_.tool.operation);
        return out;
    }

    void add(rule what, base::yaml_place at, const std::string& path) {
        // Two entries may limit the same: each is asked.
        const auto same = static_cast<std::size_t>(std::ranges::count_if(
            out_, [&](const made_rule& known) { return known.what.id.starts_with(what.id); }));
        if (same > 0) what.id += '.' + std::to_string(same + 1);
        out_.push_back({std::move(what), at, path});
    }

    template <typename Condition>
    void add(const std::string& name, Condition when, const document_constraint& from) {
        rule out = base_rule(name);
        out.when = std::move(when);
        add(std::move(out), from.at, from.path);
    }

    static tenancy::argument_path path_to(const declared_input& input) {
        return tenancy::argument_path::parse(dotted(input.path), {}).value();
    }

    const declared_input* find(std::string_view name) const {
        const auto found = std::ranges::find(one_.tool.inputs, name, &declared_input::name);
        return found == one_.tool.inputs.end() ? nullptr : &*found;
    }

    static bool is_about(const document_constraint& limit, const declared_input& input) {
        return limit.input.empty() || limit.input == input.name;
    }

    void add_limit(const document_constraint& limit) {
        for (const auto& input : one_.tool.inputs) {
            if (!is_about(limit, input)) continue;
            if (limit.value_max && is_number(input)) add_value_max(limit, input);
            if (limit.allowed_values && input.type != declared_type::array &&
                input.type != declared_type::object)
                add_allowed(limit, input);
            if (limit.per_request_max && input.name == rows_input &&
                input.type == declared_type::integer)
                add_rows_max(limit, input);
        }
        if (!limit.requires_field.empty()) add_required(limit);
        if (limit.per_hour_max) add_per_hour(limit);
    }

    // A rule as an administrator writes it, on the calls of this tool only.
    void add_guardrail(const document_guardrail& given) {
        const auto wrong = [&](const std::string& why) {
            problems_.push_back({given.at, "cannot_be_enforced", given.path, why});
        };
        auto read = tenancy::read_rules('[' + given.json + ']', "guardrails");
        if (!read) return wrong(read.error().message);
        rule& what = read->front();
        const bool selects = !what.tools.empty() || !what.except_tools.empty() ||
                             !what.tags.empty() || what.methods != tenancy::all_methods;
        if (selects)
            return wrong("a guardrail is about its own tool: remove tools, methods and tags");
        what.id = one_.tool.name + '.' + what.id;
        what.tools.push_back(one_.tool.operation);
        add(std::move(what), given.at, given.path);
    }

    // A negative number is less than the limit and may move as much: it is refused, too.
    void add_value_max(const document_constraint& limit, const declared_input& input) {
        number_limit most{
            .paths = {path_to(input)}, .most = true, .value = limit.value_max, .limits = {}};
        number_limit least{.paths = {path_to(input)}, .most = false, .value = 0, .limits = {}};
        least.if_absent = number_limit::absent::allow;
        add(input.name + ".max_value", std::move(most), limit);
        add(input.name + ".not_negative", std::move(least), limit);
    }

    void add_allowed(const document_constraint& limit, const declared_input& input) {
        tenancy::value_list list{.paths = {path_to(input)}, .values = *limit.allowed_values};
        std::ranges::sort(list.values);
        add(input.name + ".allowed_values", std::move(list), limit);
    }

    void add_rows_max(const document_constraint& limit, const declared_input& input) {
        number_limit rows{
            .paths = {path_to(input)}, .most = true, .value = limit.per_request_max, .limits = {}};
        // How many rows a service gives without a limit, or with none or less, is not known.
        const bool of_service = one_.called->made != nullptr;
        const bool few = of_service ? input.usual.empty() : *limit.per_request_max < usual_rows;
        rows.if_absent = few ? number_limit::absent::deny : number_limit::absent::allow;
        if (of_service) {
            number_limit least{.paths = {path_to(input)}, .most = false, .value = 1, .limits = {}};
            least.if_absent = number_limit::absent::allow;
            add(input.name + ".positive", std::move(least), limit);
        }
        add(input.name + ".max_per_request", std::move(rows), limit);
    }

    void add_required(const document_constraint& limit) {
        const auto* const needed = find(limit.requires_field);
        if (needed == nullptr) return;
        tenancy::required_arguments both;
        both.paths.push_back(path_to(*needed));
        if (const auto* const given = limit.input.empty() ? nullptr : find(limit.input))
            both.when_given = path_to(*given);
        const std::string about = limit.input.empty() ? "" : limit.input + '.';
        add(about + "requires_" + needed->name, std::move(both), limit);
    }

    // Writes are counted in the record store, with their receipts; reads in memory, by the hour.
    void add_per_hour(const document_constraint& limit) {
        if (one_.called->method() == http_method::get) {
            const auto most = static_cast<std::uint32_t>(
                std::min<std::int64_t>(*limit.per_hour_max, tenancy::rate_calls_max));
            add("max_per_hour",
                tenancy::calls_limit{
                    .rate = {most, hour_seconds}, .per = layer::account, .by_the_hour = true},
                limit);
            return;
        }
        add("max_per_hour",
            tenancy::cap_limit{.paths = {},
                               .limits = {},
                               .count = *limit.per_hour_max,
                               .window = tenancy::cap_window::sliding(hour_seconds),
                               .per = layer::account},
            limit);
    }

    const resolved_capability& one_;
    std::vector<document_problem>& problems_;
    std::vector<made_rule> out_;
};

}  // namespace

std::shared_ptr<const tenancy::policy> declared_rules(const resolved_capability& one,
                                                      const tenancy::tool_directory& directory,
                                                      const tenancy::declarations_place& place,
                                                      std::vector<document_problem>& problems) {
    const auto before = problems.size();
    auto made = rule_maker{one, problems}.run();
    // One by one first, so that what is wrong has its place.
    bool good = problems.size() == before;
    std::vector<rule> rules;
    for (auto& each : made) {
        const auto checked =
            tenancy::make_policy({each.what}, layer::declaration, 0, {}, directory, "constraints");
        if (!checked) {
            good = false;
            // Consent that cannot be asked for is a problem already, at the same place.
            const bool known = std::ranges::any_of(problems, [&](const document_problem& before) {
                return before.code == "cannot_be_enforced" && before.at.line == each.at.line &&
                       before.at.column == each.at.column;
            });
            if (known) continue;
            problems.push_back({each.at, "cannot_be_enforced", each.path,
                                "this limit cannot be enforced here: " + checked.error().message});
        }
        rules.push_back(std::move(each.what));
    }
    if (!good) return nullptr;
    auto all = tenancy::make_policy(std::move(rules), layer::declaration, place.version,
                                    place.account_id + "/declarations", directory, "constraints");
    return all ? std::move(*all) : nullptr;
}

}  // namespace tollgate::stripe
