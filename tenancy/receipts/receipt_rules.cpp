#include "tenancy/receipts/receipt_rules.hpp"

#include <algorithm>
#include <array>
#include <map>

#include "base/crypto.hpp"

namespace tollgate::tenancy {

namespace {

using storage::receipt_outcome;
using storage::receipt_row;
using storage::receipt_state;

constexpr std::size_t argument_digest_bytes = 8;
constexpr std::chrono::seconds first_look{5};
constexpr std::chrono::seconds longest_pause{3600};
constexpr std::int64_t doublings_max = 10;

bool inside_window(base::timestamp sent_at, base::timestamp now) {
    return now < sent_at + replay_window;
}

std::string digest_of(std::string_view receipt_id, const receipt_argument& argument) {
    std::string text{receipt_id};
    text += '\n';
    text += argument.name;
    text += '\n';
    text += argument.value;
    const base::digest hash = base::sha256(text);
    return base::hex(base::as_view(hash).substr(0, argument_digest_bytes));
}

// The lines of digests_of().
std::map<std::string_view, std::string_view> read_digests(std::string_view lines) {
    std::map<std::string_view, std::string_view> out;
    while (!lines.empty()) {
        const std::string_view line = lines.substr(0, lines.find('\n'));
        lines.remove_prefix(std::min(lines.size(), line.size() + 1));
        const std::size_t blank = line.find(' ');
        if (blank != std::string_view::npos)
            out.emplace(line.substr(0, blank), line.substr(blank + 1));
    }
    return out;
}

}  // namespace

std::string_view to_string(receipt_state state) {
    return storage::receipt_state_names[static_cast<std::size_t>(state)];
}

std::optional<receipt_state> receipt_state_named(std::string_view name) {
    const auto& names = storage::receipt_state_names;
    const auto found = std::ranges::find(names, name);
    if (found == names.end()) return {};
    return static_cast<receipt_state>(found - names.begin());
}

bool waits_for_stripe(const receipt_row& receipt) {
    const auto state = receipt.outcome.state;
    const bool unresolved = state == receipt_state::intended || state == receipt_state::unknown;
    return unresolved && receipt.outcome.error_code == waits_at_stripe;
}

bool is_attempted(const receipt_row& receipt, base::timestamp now) {
    if (receipt.outcome.state == receipt_state::unknown) return !receipt.finished_at;
    return receipt.outcome.state == receipt_state::intended && receipt.resolve_at &&
           now < *receipt.resolve_at;
}

repeat_step step_of_repeat(const receipt_row& stored, base::timestamp now) {
    if (waits_for_stripe(stored)) return repeat_step::give_up;
    switch (stored.outcome.state) {
        case receipt_state::succeeded:
            return repeat_step::replay;
        case receipt_state::failed:
            // What a person has stated ends it: another try is another write.
            if (!stored.settled_by.empty()) return repeat_step::replay;
            return not_executed(stored.outcome) ? repeat_step::send : repeat_step::replay;
        case receipt_state::intended:
        case receipt_state::unknown:
            if (is_attempted(stored, now)) return repeat_step::wait;
            break;
    }
    return inside_window(stored.sent_at, now) ? repeat_step::send : repeat_step::give_up;
}

bool not_executed(const receipt_outcome& outcome) {
    constexpr std::array<std::int64_t, 5> statuses{0, 401, 403, 409, 429};
    return std::ranges::find(statuses, outcome.status) != statuses.end();
}

receipt_outcome settled(receipt_outcome attempt, bool uncertain) {
    if (uncertain && attempt.state == receipt_state::failed && not_executed(attempt))
        attempt.state = receipt_state::unknown;
    return attempt;
}

way_to_resolve way_to(const receipt_row& unresolved, base::timestamp now) {
    if (unresolved.request.ciphertext.empty()) return way_to_resolve::none;
    if (waits_for_stripe(unresolved))
        return unresolved.in_metadata ? way_to_resolve::read : way_to_resolve::none;
    if (inside_window(unresolved.sent_at, now)) return way_to_resolve::send;
    return unresolved.in_metadata ? way_to_resolve::read : way_to_resolve::none;
}

std::optional<base::timestamp> next_attempt(const receipt_row& after, base::timestamp now) {
    const receipt_state state = after.outcome.state;
    if (state == receipt_state::succeeded || state == receipt_state::failed) return {};
    if (waits_for_stripe(after)) {
        const base::timestamp look = now + reading_pause;
        if (!after.in_metadata || look >= after.sent_at + reading_window) return {};
        return look;
    }
    const auto doublings = std::clamp<std::int64_t>(after.attempts - 1, 0, doublings_max);
    const auto pause = std::min(first_look * (std::int64_t{1} << doublings), longest_pause);
    const base::timestamp next = now + pause;
    if (inside_window(after.sent_at, next)) return next;
    if (!after.in_metadata) return {};
    const bool begins = inside_window(after.sent_at, now);
    const base::timestamp read = begins ? after.sent_at + replay_window : now + reading_pause;
    if (read >= after.sent_at + reading_window) return {};
    return read;
}

std::string digests_of(std::string_view receipt_id,
                       const std::vector<receipt_argument>& arguments) {
    std::string out;
    for (const auto& one : arguments) {
        if (!out.empty()) out += '\n';
        out += one.name + ' ' + digest_of(receipt_id, one);
    }
    return out;
}

std::vector<std::string> differing_arguments(const receipt_row& stored,
                                             const std::vector<receipt_argument>& arguments) {
    auto before = read_digests(stored.argument_digests);
    std::vector<std::string> out;
    for (const auto& one : arguments) {
        const auto known = before.find(one.name);
        if (known == before.end() || known->second != digest_of(stored.id, one))
            out.push_back(one.name);
        if (known != before.end()) before.erase(known);
    }
    for (const auto& [name, digest] : before) out.emplace_back(name);
    std::ranges::sort(out);
    return out;
}

}  // namespace tollgate::tenancy
