// Applies rules to the calls in the team's audit log.
#include <chrono>
#include <utility>

#include "base/body_source.hpp"
#include "base/clock.hpp"
#include "base/json_text.hpp"
#include "server/admin/handlers.hpp"
#include "server/admin/query.hpp"
#include "server/admin/request_codec.hpp"
#include "server/admin/search_query.hpp"
#include "tenancy/admin/policies.hpp"
#include "tenancy/admin/policy_replay.hpp"
#include "tenancy/audit/audit_trail.hpp"

namespace tollgate::admin {

namespace {

using std::chrono::steady_clock;
using tenancy::replay_outcome;

constexpr std::chrono::hours usual_range{24};
constexpr std::chrono::seconds time_max{10};
constexpr std::size_t shown_max = 200;

std::string_view name_of(replay_outcome what) {
    switch (what) {
        case replay_outcome::denied:
            return "denied";
        case replay_outcome::asked:
            return "needs_approval";
        case replay_outcome::allowed:
            return "allowed";
        default:
            return "not_known";
    }
}

std::string changed_json(const tenancy::replayed_call& one) {
    std::string out = "{";
    base::json_members{out}
        .text("time", one.time)
        .text("tool", one.tool)
        .text("request_id", one.request)
        .text("was", one.was)
        .text("would_be", name_of(one.now))
        .text("why", one.why);
    return out + '}';
}

// The calls whose decision changes, oldest first; the rest are counted.
struct changed_calls {
    std::string json;
    std::size_t shown = 0;

    void add(const tenancy::replayed_call& one) {
        if (shown == shown_max) return;
        json += (shown++ == 0 ? "" : ",") + changed_json(one);
    }
};

std::string answer_json(const tenancy::replay_counts& counts, const changed_calls& changed,
                        const tenancy::replay_range& range, bool whole) {
    std::string out = "{";
    base::json_members members{out};
    members.text("recorded_from", base::format_timestamp(*range.since))
        .text("recorded_before", base::format_timestamp(*range.until))
        .truth("complete", whole);
    tenancy::add_counts(members, counts).raw("result", '[' + changed.json + ']');
    return out + '}';
}

base::result<tenancy::replay_range> range_of(const call& in) {
    const auto query = parse_query(in.request.query,
                                   {"integrated_account_id", "recorded_from", "recorded_before"});
    if (!query) return query.error();
    tenancy::replay_range out;
    search_query read{*query};
    read.text("integrated_account_id", out.account_id);
    read.time("recorded_from", out.since);
    read.time("recorded_before", out.until);
    if (read.failure()) return *read.failure();
    if (!out.until) out.until = in.tenancy.clock().now();
    if (!out.since) out.since = *out.until - usual_range;
    return out;
}

}  // namespace

answer replay_policy(const call& in) {
    const auto input = decode_policy(in.request.body);
    if (!input) co_return input.error();
    const auto range = range_of(in);
    if (!range) co_return range.error();
    const auto read =
        co_await in.tenancy.policies().read(in.by->team_id, range->account_id, input->rules);
    if (!read) co_return read.error();
    storage::audit_search what;
    what.from = range->since;
    what.before = range->until;
    const auto records = in.tenancy.audit().lines(in.by->team_id, std::move(what));
    tenancy::policy_replay replay{*read->rules, *read->tools, *range};
    changed_calls changed;
    const auto end = steady_clock::now() + time_max;
    bool whole = false;
    while (!whole && steady_clock::now() < end) {
        const auto part = co_await records->next();
        if (!part) co_return part.error();
        whole = !*part;
        std::string_view rest = whole ? std::string_view{} : std::string_view{**part};
        while (!rest.empty()) {
            const auto line = rest.substr(0, rest.find('\n'));
            rest.remove_prefix(std::min(rest.size(), line.size() + 1));
            const auto one = replay.take(line);
            if (!one) co_return one.error();
            if (*one) changed.add(**one);
        }
    }
    co_return json_response(200, answer_json(replay.counts(), changed, *range, whole));
}

}  // namespace tollgate::admin
