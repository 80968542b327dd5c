#include "tenancy/policy/possible_rules.hpp"

#include <algorithm>
#include <re2/re2.h>

#include "base/json_text.hpp"
#include "base/nearest.hpp"

namespace tollgate::tenancy {

namespace {

constexpr std::size_t quoted_value_max = 100;  // bytes

base::failure impossible(std::string code, const std::string& field, const std::string& message) {
    return base::invalid(std::move(code), field + ": " + message, field);
}

// What can be given for those arguments in calls of the rule's tools.
possible_values values_in(const ready_rule& one, const argument_paths& paths,
                          const tool_directory& tools) {
    possible_values out;
    const auto all = tools.tools();
    for (std::size_t i = 0; i < all.size(); ++i) {
        if (!one.tools.has(i)) continue;
        for (const auto& path : paths) {
            const auto found = tools.values_of(all[i].facts.name, path.names(), path.any_depth());
            out.listed.insert(out.listed.end(), found.listed.begin(), found.listed.end());
            out.other = out.other || found.other;
            out.numbers = out.numbers || found.numbers;
        }
    }
    return out;
}

std::string quoted_names(const argument_paths& paths) {
    std::string out;
    for (const auto& one : paths) out += (out.empty() ? "'" : ", '") + one.text() + '\'';
    return out;
}

// The condition of a rule, checked against what its tools take.
struct possibility {
    const ready_rule& one;
    const tool_directory& tools;
    const std::string& field;

    base::result<> currency(const std::string& code, const std::string& at) const {
        if (tools.has_currency(code)) return {};
        return impossible("no_such_currency", field + '.' + at, "'" + code + "' is not a currency");
    }

    base::result<> currencies(const std::vector<currency_limit>& limits,
                              const std::string& at) const {
        for (const auto& limit : limits)
            if (auto known = currency(limit.currency, at); !known) return known;
        return {};
    }

    base::result<> operator()(const number_limit& when) const {
        const std::string at = when.most ? "max_value" : "min_value";
        if (!values_in(one, when.paths, tools).numbers)
            return impossible("not_a_number", field + '.' + at,
                              quoted_names(when.paths) + " cannot be a number");
        return currencies(when.limits, at);
    }

    base::result<> operator()(const cap_limit& when) const {
        if (!when.paths.empty() && !values_in(one, when.paths, tools).numbers)
            return impossible("not_a_number", field + ".cap",
                              quoted_names(when.paths) + " cannot be a number");
        return currencies(when.limits, "cap");
    }

    base::result<> operator()(const value_list& when) const {
        if (when.any_case) {
            for (const auto& code : when.values)
                if (auto known = currency(code, "currencies"); !known) return known;
            return {};
        }
        const auto can = values_in(one, when.paths, tools);
        if (can.other || can.listed.empty()) return {};
        for (const auto& value : when.values) {
            if (std::ranges::find(can.listed, value) != can.listed.end()) continue;
            const auto near = base::nearest_word(value, can.listed);
            return impossible(
                "no_such_value",
                field + (when.denied ? ".denied_values" : ".allowed_values") + ".values",
                quoted_names(when.paths) + " cannot be '" +
                    std::string(base::clipped_text(value, quoted_value_max)) + '\'' +
                    (near.empty() ? "" : "; did you mean '" + std::string(near) + "'?"));
        }
        return {};
    }

    // Fails unless a value that can be given `fits`.
    template <typename Fits>
    base::result<> some_value(const argument_paths& paths, const std::string& at,
                              const Fits& fits) const {
        const auto can = values_in(one, paths, tools);
        if (can.other || can.listed.empty() || std::ranges::any_of(can.listed, fits)) return {};
        return impossible("matches_no_value", field + '.' + at,
                          "none of the values that " + quoted_names(paths) + " can have fits");
    }

    base::result<> operator()(const text_prefix& when) const {
        for (const auto& prefix : when.prefixes) {
            auto fits = some_value(when.paths, "prefix.values", [&](std::string_view value) {
                return value.starts_with(prefix);
            });
            if (!fits) return fits;
        }
        return {};
    }

    base::result<> operator()(const text_pattern& when) const {
        return some_value(when.paths, "pattern.value", [&](std::string_view value) {
            return re2::RE2::FullMatch(value, *when.pattern);
        });
    }

    base::result<> operator()(const required_arguments& when) const {
        if (!when.when_given) return {};
        const auto all = tools.tools();
        const auto& path = *when.when_given;
        for (std::size_t i = 0; i < all.size(); ++i)
            if (one.tools.has(i) && tools.takes(all[i].facts.name, path.names(), path.any_depth()))
                return {};
        return impossible(
            "no_such_argument", field + ".requires_field.argument",
            "none of the tools that the rule selects has an argument '" + path.text() + '\'');
    }

    template <typename Other>
    base::result<> operator()(const Other& /*when*/) const {
        return {};
    }
};

bool only_reads(const ready_rule& one, const tool_directory& tools) {
    const auto all = tools.tools();
    for (std::size_t i = 0; i < all.size(); ++i)
        if (one.tools.has(i) && (bit(all[i].facts.kind) & read_methods) == 0) return false;
    return true;
}

// A number to be compared: of a currency, or, with no name, of any.
std::optional<std::int64_t> bound_in(const number_limit& limit, const std::string& currency) {
    if (limit.value) return limit.value;
    for (const auto& each : limit.limits)
        if (each.currency == currency) return each.amount;
    return {};
}

// Nothing if numbers can keep to both; else the two bounds, the lower one first.
std::optional<std::pair<std::int64_t, std::int64_t>> gap(const number_limit& a,
                                                         const number_limit& b) {
    const auto& least = a.most ? b : a;
    const auto& most = a.most ? a : b;
    if (a.most == b.most) return {};
    std::vector<std::string> units;
    for (const auto& each : least.value ? most.limits : least.limits)
        units.push_back(each.currency);
    if (units.empty()) units.emplace_back();
    std::optional<std::pair<std::int64_t, std::int64_t>> out;
    for (const auto& unit : units) {
        const auto low = bound_in(least, unit);
        const auto high = bound_in(most, unit);
        if (!low || !high || *low <= *high) return {};  // in that currency there is room
        out = {*high, *low};
    }
    return out;
}

bool only_decides(const rule& one) {
    return one.then == effect::deny && !one.observe;
}

}  // namespace

base::result<> check_possible(const ready_rule& one, const tool_directory& tools,
                              const std::string& field) {
    if (only_reads(one, tools)) {
        if (one.what.then == effect::needs_approval)
            return impossible("only_reads", field + ".then",
                              "calls that only read cannot be approved, and all tools that the "
                              "rule selects only read");
        if (std::holds_alternative<cap_limit>(one.what.when))
            return impossible("only_reads", field + ".cap",
                              "a cap counts writes, and all tools that the rule selects only read");
    }
    return std::visit(possibility{one, tools, field}, one.what.when);
}

base::result<> check_together(std::span<const ready_rule> before, const ready_rule& one,
                              const std::string& field) {
    const auto* const mine = std::get_if<number_limit>(&one.what.when);
    if (mine == nullptr || mine->paths.size() != 1 || !only_decides(one.what)) return {};
    for (const auto& other : before) {
        const auto* const theirs = std::get_if<number_limit>(&other.what.when);
        if (theirs == nullptr || theirs->paths.size() != 1 || !only_decides(other.what)) continue;
        if (theirs->paths.front().text() != mine->paths.front().text()) continue;
        const auto left = other.tools.overlaps(one.tools) ? gap(*mine, *theirs) : std::nullopt;
        if (left)
            return impossible("no_value_left", field,
                              quoted_names(mine->paths) + " must be at most " +
                                  std::to_string(left->first) + " and at least " +
                                  std::to_string(left->second) + " with the rule '" +
                                  other.what.id + "': no call can keep to both");
    }
    return {};
}

}  // namespace tollgate::tenancy
