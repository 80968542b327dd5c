#include "tenancy/policy/check_condition.hpp"

#include <algorithm>
#include <re2/re2.h>

#include "base/json_text.hpp"
#include "base/text.hpp"
#include "tenancy/policy/scalar_value.hpp"

namespace tollgate::tenancy {

namespace {

namespace dom = simdjson::dom;
using checked = std::optional<violation>;

constexpr std::size_t listed_max = 20;   // values named in a sentence
constexpr std::size_t quoted_max = 100;  // bytes

std::string in_quotes(std::string_view text) {
    return '\'' + std::string(base::clipped_text(text, quoted_max)) + '\'';
}

std::string joined(const std::vector<std::string>& words) {
    std::string out;
    for (std::size_t i = 0; i < words.size() && i < listed_max; ++i)
        out += (i == 0 ? "" : ", ") + words[i];
    if (words.size() > listed_max) out += ", and others";
    return out;
}

std::string named(const argument_paths& paths) {
    std::vector<std::string> words;
    for (const auto& one : paths) words.push_back(one.text());
    return joined(words);
}

// Calls `each` for the values of all paths, until it returns a violation.
template <typename Each>
checked first_violation(const argument_paths& paths, const call_facts& call, const Each& each) {
    checked out;
    for (const auto& path : paths)
        path.each(call.arguments, [&](const dom::element& value, const dom::object& in) {
            if (!out) out = each(path, value, in);
        });
    return out;
}

// The same for values as texts; objects and lists are violations.
template <typename Each>
checked first_wrong_text(const argument_paths& paths, const call_facts& call, const Each& each) {
    return first_violation(
        paths, call,
        [&](const argument_path& path, const dom::element& value, const dom::object&) -> checked {
            number_room room;
            const auto text = text_in(value, room);
            if (text) return each(path, *text);
            if (value.is_null())
                return violation{in_quotes(path.text()) + " may not be cleared.",
                                 "Give a value, or leave it out."};
            return violation{
                in_quotes(path.text()) + " must be one value, not an object or a list.",
                "Give one value."};
        });
}

std::optional<std::string> currency_in(const dom::object& object, const call_facts& call) {
    std::string_view found;
    if (!call.names_currency || object.at_key("currency").get(found) != simdjson::SUCCESS)
        return {};
    return base::to_lower(found);
}

std::string limits_text(const number_limit& limit) {
    if (limit.value) return std::to_string(*limit.value);
    std::vector<std::string> words;
    for (const auto& one : limit.limits)
        words.push_back(std::to_string(one.amount) + ' ' + one.currency);
    return joined(words);
}

std::string bound_words(const number_limit& limit) {
    return (limit.most ? "at most " : "at least ") + limits_text(limit) +
           (limit.value ? "" : " (in the smallest unit of the currency)");
}

// The limit for an amount in `currency`; without a known currency the strictest one. Nothing if the
// rule has none for that currency, or its rates have ended.
std::optional<std::int64_t> limit_for(const number_limit& limit,
                                      const std::optional<std::string>& currency,
                                      base::timestamp now) {
    if (limit.value) return limit.value;
    if (limit.rates && now >= limit.rates->until && currency != limit.rates->currency) return {};
    if (!currency) {
        const auto by_amount = [](const auto& a, const auto& b) { return a.amount < b.amount; };
        return limit.most ? std::ranges::min(limit.limits, by_amount).amount
                          : std::ranges::max(limit.limits, by_amount).amount;
    }
    for (const auto& one : limit.limits)
        if (one.currency == *currency) return one.amount;
    return {};
}

violation ended(const base_rates& rates) {
    return {"The exchange rates of the rule ended " + base::format_timestamp(rates.until) +
                ": only amounts in " + rates.currency + " can be compared.",
            "An administrator can give the rule new rates."};
}

checked check_number(const number_limit& limit, const call_facts& call, const argument_path& path,
                     const dom::element& value, const dom::object& in) {
    auto currency = limit.value ? std::nullopt : currency_in(in, call);
    if (!currency && !limit.value) currency = currency_in(call.arguments, call);
    const auto bound = limit_for(limit, currency, call.now);
    const auto number = limit.most ? rounded_up(value) : rounded_down(value);
    if (bound && number && (limit.most ? *number <= *bound : *number >= *bound)) return {};
    const std::string allowed = "Allowed: " + bound_words(limit) + '.';
    if (!bound && limit.rates && call.now >= limit.rates->until) return ended(*limit.rates);
    if (!bound)
        return violation{in_quotes(path.text()) + " is in " + in_quotes(*currency) +
                             ", for which the rule has no limit.",
                         allowed};
    if (!number) return violation{in_quotes(path.text()) + " must be a number.", allowed};
    return violation{in_quotes(path.text()) + " is " + text_of(value).value_or("no number") +
                         ", and " + bound_words(limit) + " is allowed.",
                     allowed};
}

bool is_given_at(const dom::object& arguments, std::string_view name) {
    dom::element found;
    return arguments.at_key(name).get(found) == simdjson::SUCCESS && !found.is_null();
}

// Without it, Stripe takes the whole of what there is.
bool is_whole_amount(std::string_view name) {
    return name == "amount" || name == "amount_to_capture" || name == "refund_amount";
}

struct checker {
    const call_facts& call;
    const top_names& top;

    checked operator()(const every_call& /*when*/) const {
        return violation{"No call of this tool is allowed.", {}};
    }

    checked operator()(const number_limit& when) const {
        auto out = first_violation(when.paths, call,
                                   [&](const argument_path& path, const dom::element& value,
                                       const dom::object& in) -> checked {
                                       if (value.is_null()) return {};
                                       return check_number(when, call, path, value, in);
                                   });
        if (out || when.if_absent == number_limit::absent::allow) return out;
        if (when.if_absent == number_limit::absent::deny) {
            const bool any = std::ranges::any_of(
                when.paths, [&](const auto& path) { return path.complete(call.arguments); });
            return any ? checked{} : absent(when, named(when.paths));
        }
        const auto missing = chosen_by_stripe(call, top);
        return missing ? absent(when, std::string(*missing)) : checked{};
    }

    static checked absent(const number_limit& when, const std::string& what) {
        return violation{"The call does not say " + what + ", so that its receiver chooses it.",
                         "Give it: " + bound_words(when) + " is allowed."};
    }

    checked operator()(const value_list& when) const {
        return first_wrong_text(
            when.paths, call, [&](const argument_path& path, std::string_view text) -> checked {
                const bool listed =
                    when.any_case ? std::ranges::binary_search(when.values, base::to_lower(text))
                                  : std::ranges::binary_search(when.values, text);
                if (listed != when.denied) return {};
                return violation{in_quotes(path.text()) + " has a value that is not allowed.",
                                 (when.denied ? "Any other value is allowed than: " : "Allowed: ") +
                                     joined(when.values) + '.'};
            });
    }

    checked operator()(const text_prefix& when) const {
        return first_wrong_text(
            when.paths, call, [&](const argument_path& path, std::string_view text) -> checked {
                const bool good = std::ranges::any_of(
                    when.prefixes, [&](const auto& one) { return text.starts_with(one); });
                if (good) return {};
                return violation{in_quotes(path.text()) + " does not begin as it must.",
                                 "It must begin with: " + joined(when.prefixes) + '.'};
            });
    }

    checked operator()(const text_pattern& when) const {
        return first_wrong_text(
            when.paths, call, [&](const argument_path& path, std::string_view text) -> checked {
                if (re2::RE2::FullMatch(text, *when.pattern)) return {};
                return violation{in_quotes(path.text()) + " does not have the form it must have.",
                                 "It must match " + when.pattern->pattern() + '.'};
            });
    }

    checked operator()(const text_length& when) const {
        return first_wrong_text(
            when.paths, call, [&](const argument_path& path, std::string_view text) -> checked {
                const auto length = characters(text);
                if (length <= when.most) return {};
                return violation{
                    in_quotes(path.text()) + " has " + std::to_string(length) + " characters.",
                    "It may have " + std::to_string(when.most) + '.'};
            });
    }

    checked operator()(const required_arguments& when) const {
        if (when.when_given && !is_given(*when.when_given)) return {};
        for (const auto& path : when.paths)
            if (!is_given(path))
                return violation{when.when_given
                                     ? "With " + in_quotes(when.when_given->text()) +
                                           ", the call must also have " + in_quotes(path.text()) +
                                           '.'
                                     : "The call must have " + in_quotes(path.text()) + '.',
                                 "Ask the person who gives the task for it; do not make it up."};
        return {};
    }

    checked operator()(const forbidden_arguments& when) const {
        return first_violation(
            when.paths, call,
            [&](const argument_path& path, const dom::element& /*value*/,
                const dom::object& /*in*/) -> checked {
                return violation{"The argument " + in_quotes(path.text()) + " is not allowed.",
                                 "Leave it out."};
            });
    }

    // Counted, or checked against Stripe's state.
    template <typename Other>
    checked operator()(const Other& /*when*/) const {
        return {};
    }

    checked operator()(const allowed_hours& when) const {
        if (when.hours.holds(call.now)) return {};
        return violation{"This tool is not allowed at this time.",
                         "It is allowed: " + when.hours.text() + '.'};
    }

    checked operator()(const allowed_dates& when) const {
        if (when.from && call.now < *when.from)
            return violation{"This tool is not allowed yet.",
                             "It is allowed from " + base::format_timestamp(*when.from) + " on."};
        if (when.until && call.now >= *when.until)
            return violation{"This tool is not allowed any more.",
                             "It was allowed until " + base::format_timestamp(*when.until) + '.'};
        return {};
    }

    // An empty text is as good as none.
    bool is_given(const argument_path& path) const {
        bool found = false;
        path.each(call.arguments, [&](const dom::element& value, const dom::object& /*in*/) {
            std::string_view text;
            if (value.is_null()) return;
            found = found || value.get(text) != simdjson::SUCCESS || !text.empty();
        });
        return found;
    }
};

}  // namespace

checked check_condition(const condition& when, const call_facts& call, const top_names& top) {
    return std::visit(checker{call, top}, when);
}

std::optional<std::string_view> chosen_by_stripe(const call_facts& call, const top_names& top) {
    if ((bit(call.kind) & read_methods) != 0 || call.kind == method::update || top.empty())
        return {};
    bool any = false;
    for (const auto name : top) {
        const bool given = is_given_at(call.arguments, name);
        if (!given && is_whole_amount(name)) return name;
        any = any || given;
    }
    if (any) return {};
    return top.front();
}

}  // namespace tollgate::tenancy
