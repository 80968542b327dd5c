#include "tenancy/policy/condition_reader.hpp"

#include <algorithm>
#include <array>
#include <re2/re2.h>

#include "base/text.hpp"
#include "tenancy/policy/condition_parts.hpp"
#include "tenancy/policy/scope_reader.hpp"

namespace tollgate::tenancy {

namespace {

using base::invalid;
using base::json;
using base::json_reader;

constexpr std::size_t values_max = 200;
constexpr std::size_t value_bytes_max = 500;
constexpr std::int64_t pattern_memory = 1 << 20;

// Paths of a list member.
argument_paths read_paths(json_reader& in, const char* name) {
    argument_paths out;
    const auto texts = in.list(name).value_or(std::vector<std::string>{});
    if (texts.empty() || texts.size() > values_max)
        refuse_member(in, name, "missing_field", "must name 1 to 200 arguments");
    for (const auto& text : texts) {
        auto path = argument_path::parse(text, in.path_of(name));
        if (path)
            out.push_back(std::move(*path));
        else
            in.fail(path.error());
    }
    return out;
}

// "argument": one path, or "arguments": several.
argument_paths read_arguments(json_reader& in) {
    if (in.has("arguments")) {
        if (in.has("argument"))
            refuse_member(in, "argument", "conflicting_fields",
                          "and 'arguments' cannot both be given");
        return read_paths(in, "arguments");
    }
    const auto text = in.required_text("argument");
    auto path = argument_path::parse(text, in.path_of("argument"));
    if (path) return {std::move(*path)};
    in.fail(path.error());
    return {};
}

std::vector<std::string> read_values(json_reader& in, const char* name) {
    auto out = in.list(name).value_or(std::vector<std::string>{});
    if (out.empty() || out.size() > values_max)
        refuse_member(in, name, "missing_field", "must have 1 to 200 values");
    for (const auto& one : out)
        if (one.empty() || one.size() > value_bytes_max)
            refuse_member(in, name, "out_of_range", "may have values of 1 to 500 bytes");
    return out;
}

condition read_number(json_reader& in, const char* name, const json& object) {
    json_reader reader{object,
                       in.path_of(name) + '.',
                       {"argument", "arguments", "value", "amounts", "base", "if_absent"}};
    number_limit out;
    out.most = std::string_view(name) == "max_value";
    out.paths = read_arguments(reader);
    out.value = reader.integer("value");
    out.limits = read_amounts(reader);
    out.rates = read_base(reader, out.limits);
    if (reader.has("value") + reader.has("amounts") + reader.has("base") != 1)
        refuse_member(
            reader, "value", "missing_field",
            "or 'amounts' or 'base' must be given, and only one of them: a number, one for each "
            "currency, or one in a base currency with rates");
    if (out.rates)
        for (const auto& rate : out.rates->rates) {
            const auto value = out.limits.front().amount;
            out.limits.push_back({rate.currency, out.most ? largest_within(rate, value)
                                                          : smallest_reaching(rate, value)});
        }
    const auto absent = reader.text("if_absent");
    if (absent == "allow")
        out.if_absent = number_limit::absent::allow;
    else if (absent == "deny")
        out.if_absent = number_limit::absent::deny;
    else if (absent)
        refuse_member(reader, "if_absent", "unknown_value", "may be: allow, deny");
    in.take(reader);
    return out;
}

condition read_list(json_reader& in, const char* name, const json& object) {
    json_reader reader{object, in.path_of(name) + '.', {"argument", "arguments", "values"}};
    value_list out;
    out.denied = std::string_view(name) == "denied_values";
    out.paths = read_arguments(reader);
    out.values = read_values(reader, "values");
    std::ranges::sort(out.values);
    in.take(reader);
    return out;
}

condition read_currencies(json_reader& in, const char* name, const json& /*list*/) {
    value_list out;
    out.any_case = true;
    out.values = read_values(in, name);
    for (const auto& one : out.values)
        if (!is_currency_code(one))
            refuse_member(in, name, "unknown_value", "must be currencies of three small letters");
    std::ranges::sort(out.values);
    out.paths.push_back(argument_path::parse("**.currency", {}).value());
    return out;
}

condition read_prefix(json_reader& in, const char* name, const json& object) {
    json_reader reader{object, in.path_of(name) + '.', {"argument", "arguments", "values"}};
    text_prefix out{read_arguments(reader), read_values(reader, "values")};
    in.take(reader);
    return out;
}

condition read_pattern(json_reader& in, const char* name, const json& object) {
    json_reader reader{object, in.path_of(name) + '.', {"argument", "arguments", "value"}};
    text_pattern out{read_arguments(reader), {}};
    out.pattern = compiled_pattern(reader.required_text("value"));
    if (!out.pattern || !out.pattern->ok())
        refuse_member(reader, "value", "bad_pattern",
                      "is not a regular expression (RE2's syntax, at most 500 bytes)" +
                          (out.pattern ? ": " + out.pattern->error() : std::string{}));
    in.take(reader);
    return out;
}

condition read_length(json_reader& in, const char* name, const json& object) {
    json_reader reader{object, in.path_of(name) + '.', {"argument", "arguments", "value"}};
    text_length out{read_arguments(reader), reader.integer("value").value_or(-1)};
    if (out.most < 0 || out.most > text_length_max)
        refuse_member(reader, "value", "out_of_range", "must be from 0 to 100000");
    in.take(reader);
    return out;
}

condition read_required(json_reader& in, const char* name, const json& object) {
    json_reader reader{object, in.path_of(name) + '.', {"argument", "fields"}};
    required_arguments out;
    if (reader.has("argument")) out.when_given = read_arguments(reader).front();
    out.paths = read_paths(reader, "fields");
    in.take(reader);
    return out;
}

condition read_metadata(json_reader& in, const char* name, const json& /*list*/) {
    required_arguments out;
    for (const auto& key : read_values(in, name)) {
        auto path = argument_path::parse("metadata." + key, in.path_of(name));
        if (path)
            out.paths.push_back(std::move(*path));
        else
            in.fail(path.error());
    }
    return out;
}

condition read_forbidden(json_reader& in, const char* name, const json& /*list*/) {
    return forbidden_arguments{read_paths(in, name)};
}

// What counts together.
layer read_per(json_reader& in) {
    const auto per = in.text("per").value_or("server");
    if (per == "team") return layer::team;
    if (per == "account") return layer::account;
    if (per != "server") refuse_member(in, "per", "unknown_value", "may be: server, account, team");
    return layer::server;
}

condition read_calls(json_reader& in, const char* name, const json& object) {
    json_reader reader{object, in.path_of(name) + '.', {"calls", "seconds", "per", "each_tool"}};
    calls_limit out;
    const auto calls = reader.integer("calls").value_or(0);
    const auto seconds = reader.integer("seconds").value_or(0);
    constexpr std::int64_t day = 24 * 3'600;
    if (calls < 1 || calls > rate_calls_max)
        refuse_member(reader, "calls", "out_of_range", "must be from 1 to 100000");
    if (seconds < 1 || seconds > day)
        refuse_member(reader, "seconds", "out_of_range", "must be from 1 to 86400 (a day)");
    out.rate = {static_cast<std::uint32_t>(calls), static_cast<std::uint32_t>(seconds)};
    out.per = read_per(reader);
    out.each_tool = reader.truth("each_tool").value_or(false);
    in.take(reader);
    return out;
}

cap_window read_window(json_reader& in) {
    constexpr std::int64_t seconds_min = 60;
    constexpr std::int64_t seconds_max = std::int64_t{31} * 24 * 3'600;
    if (in.has("period") == in.has("seconds")) {
        refuse_member(in, "seconds", "missing_field", "or 'period' must be given, and not both");
        return {};
    }
    if (in.has("seconds")) {
        const auto seconds = in.integer("seconds").value_or(0);
        if (seconds < seconds_min || seconds > seconds_max)
            refuse_member(in, "seconds", "out_of_range", "must be from 60 to 2678400 (31 days)");
        return cap_window::sliding(seconds);
    }
    const auto zone = in.required_text("time_zone");
    std::string field = in.path_of("");
    field.pop_back();
    auto out = cap_window::calendar(in.text("period").value_or(""), zone, field);
    if (out) return *out;
    in.fail(out.error());
    return {};
}

condition read_cap(json_reader& in, const char* name, const json& object) {
    json_reader reader{object,
                       in.path_of(name) + '.',
                       {"argument", "arguments", "amounts", "base", "count", "seconds", "period",
                        "time_zone", "per"}};
    cap_limit out;
    if (reader.has("count")) {
        out.count = reader.integer("count").value_or(0);
        if (out.count < 1) refuse_member(reader, "count", "out_of_range", "must be at least 1");
        if (reader.has("argument") || reader.has("arguments") || reader.has("amounts") ||
            reader.has("base"))
            refuse_member(reader, "count", "conflicting_fields",
                          "stands for the number of writes: a cap on amounts is another rule");
    } else {
        out.paths = read_arguments(reader);
        out.limits = read_amounts(reader);
        out.rates = read_base(reader, out.limits);
        if (reader.has("amounts") == reader.has("base"))
            refuse_member(
                reader, "amounts", "missing_field",
                "or 'base' must be given, and not both: a limit for each currency, or one in a "
                "base currency with rates");
        for (const auto& one : out.limits)
            if (one.amount < 0)
                refuse_member(reader, "amounts", "out_of_range", "must not be negative");
    }
    out.window = read_window(reader);
    out.per = read_per(reader);
    in.take(reader);
    return out;
}

condition read_hours(json_reader& in, const char* name, const json& object) {
    json_reader reader{object, in.path_of(name) + '.', {"time_zone", "days", "from", "to"}};
    const auto zone = reader.required_text("time_zone");
    const auto days = reader.list("days").value_or(std::vector<std::string>{});
    const auto from = reader.required_text("from");
    const auto to = reader.required_text("to");
    in.take(reader);
    if (!in.ok()) return every_call{};
    auto hours = week_hours::make(zone, days, from, to, in.path_of(name));
    if (hours) return allowed_hours{std::move(*hours)};
    in.fail(hours.error());
    return every_call{};
}

condition read_dates(json_reader& in, const char* name, const json& object) {
    json_reader reader{object, in.path_of(name) + '.', {"from", "until"}};
    allowed_dates out{read_moment(reader, "from"), read_moment(reader, "until")};
    if (!out.from && !out.until)
        refuse_member(reader, "from", "missing_field", "or 'until' must be given");
    if (out.from && out.until && *out.from >= *out.until)
        refuse_member(reader, "until", "out_of_range", "must be later than 'from'");
    in.take(reader);
    return out;
}

// Conditions that have no members: the value is true.
template <typename Condition>
condition read_plain(json_reader& in, const char* name, const json& /*object*/) {
    const auto wanted = in.truth(name);
    if (wanted && !*wanted)
        refuse_member(in, name, "out_of_range",
                      "must be true; leave the rule out if it is not meant");
    return Condition{};
}

condition read_age(json_reader& in, const char* name, const json& object) {
    json_reader reader{object, in.path_of(name) + '.', {"value"}};
    constexpr std::int64_t days_max = 36'500;
    const oldest_object out{reader.integer("value").value_or(0)};
    if (out.days < 1 || out.days > days_max)
        refuse_member(reader, "value", "out_of_range", "must be from 1 to 36500 (days)");
    in.take(reader);
    return out;
}

condition read_repeat(json_reader& in, const char* name, const json& object) {
    json_reader reader{object, in.path_of(name) + '.', {"value", "per"}};
    constexpr std::int64_t minutes_max = std::int64_t{31} * 24 * 60;
    repeat_limit out;
    out.minutes = reader.integer("value").value_or(0);
    if (out.minutes < 1 || out.minutes > minutes_max)
        refuse_member(reader, "value", "out_of_range",
                      "must be from 1 to 44640 (minutes in 31 days)");
    else
        out.window = cap_window::sliding(out.minutes * 60);
    out.per = reader.has("per") ? read_per(reader) : layer::account;
    in.take(reader);
    return out;
}

condition read_data(json_reader& in, const char* name, const json& object) {
    return read_scope(in, name, object);
}

enum class value_shape : std::uint8_t { object, list, truth };

struct condition_kind {
    const char* name;
    value_shape shape;
    condition (*read)(json_reader&, const char*, const json&);
};

constexpr std::array<condition_kind, 21> kinds{{
    {"max_value", value_shape::object, read_number},
    {"min_value", value_shape::object, read_number},
    {"allowed_values", value_shape::object, read_list},
    {"denied_values", value_shape::object, read_list},
    {"currencies", value_shape::list, read_currencies},
    {"prefix", value_shape::object, read_prefix},
    {"pattern", value_shape::object, read_pattern},
    {"max_length", value_shape::object, read_length},
    {"requires_field", value_shape::object, read_required},
    {"metadata", value_shape::list, read_metadata},
    {"forbidden_arguments", value_shape::list, read_forbidden},
    {"max_calls", value_shape::object, read_calls},
    {"cap", value_shape::object, read_cap},
    {"hours", value_shape::object, read_hours},
    {"dates", value_shape::object, read_dates},
    {"refund_within_remaining", value_shape::truth, read_plain<refundable_rest>},
    {"no_open_dispute", value_shape::truth, read_plain<closed_disputes>},
    {"max_age_days", value_shape::object, read_age},
    {"capturable", value_shape::truth, read_plain<waiting_capture>},
    {"repeat_within_minutes", value_shape::object, read_repeat},
    {"scope", value_shape::object, read_data},
}};

}  // namespace

std::shared_ptr<const re2::RE2> compiled_pattern(const std::string& text) {
    if (text.size() > value_bytes_max) return {};
    re2::RE2::Options options;
    options.set_log_errors(false);
    options.set_max_mem(pattern_memory);
    return std::make_shared<const re2::RE2>(text, options);
}

condition read_condition(json_reader& in) {
    condition out = every_call{};
    const char* found = nullptr;
    for (const auto& kind : kinds) {
        if (!in.has(kind.name)) continue;
        if (found != nullptr) {
            refuse_member(in, kind.name, "several_conditions",
                          "cannot stand beside " + std::string(found) +
                              ": a rule has one condition; write two rules");
            break;
        }
        found = kind.name;
        if (kind.shape == value_shape::truth) {
            out = kind.read(in, kind.name, {});
            continue;
        }
        const bool is_list = kind.shape == value_shape::list;
        const json* const value = is_list ? in.array(kind.name) : in.object(kind.name);
        if (value != nullptr) out = kind.read(in, kind.name, *value);
    }
    return out;
}

}  // namespace tollgate::tenancy
