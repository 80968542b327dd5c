#include "stripe/writes/object_lookup.hpp"

#include <simdjson.h>

#include <array>
#include <optional>
#include <utility>

#include "stripe/request/form_writer.hpp"
#include "stripe/request/reserved_names.hpp"
#include "stripe/writes/receipt_metadata.hpp"
#include "stripe/writes/write_outcome.hpp"
#include "tenancy/receipts/receipt_rules.hpp"

namespace tollgate::stripe {

namespace {

namespace dom = simdjson::dom;
using storage::receipt_outcome;
using storage::receipt_row;
using storage::receipt_state;

constexpr int pages_max = 10;
constexpr std::string_view rows_of_page = "100";
// The allowance for differing clocks, and the time within which most writes are executed after the
// receipt.
constexpr std::chrono::minutes close_by{10};
constexpr std::chrono::hours clock_margin{1};

// Seconds of Stripe's `created`.
struct time_range {
    std::int64_t from = 0;
    std::int64_t to = 0;
};

std::int64_t seconds(base::timestamp at) {
    return base::to_unix_ms(at) / 1000;
}

time_range near_time(const receipt_row& receipt) {
    return {seconds(receipt.created_at - close_by), seconds(receipt.created_at + close_by)};
}

// From the recording of the write until it was last sent.
time_range whole_time(const receipt_row& receipt) {
    return {seconds(receipt.created_at - clock_margin),
            seconds(receipt.sent_at + tenancy::replay_window + clock_margin)};
}

receipt_outcome unknown_because(std::string code) {
    receipt_outcome out;
    out.state = receipt_state::unknown;
    out.error_code = std::move(code);
    return out;
}

std::string search_target(std::string_view path, const receipt_row& receipt) {
    std::string query{"metadata[\""};
    query += receipt_metadata_key;
    query += "\"]:\"" + receipt.id + '"';
    std::string out = std::string(path) + "/search";
    append_query_pair(out, "query", query);
    return out;
}

std::string list_target(std::string_view path, const time_range& when, std::string_view after) {
    std::string out{path};
    append_query_pair(out, "created[gte]", std::to_string(when.from));
    append_query_pair(out, "created[lte]", std::to_string(when.to));
    append_query_pair(out, "limit", rows_of_page);
    if (!after.empty()) append_query_pair(out, "starting_after", after);
    return out;
}

// The objects found so far.
class sighting {
public:
    explicit sighting(const receipt_row& receipt) : receipt_(receipt), when_(whole_time(receipt)) {}

    // Takes the rows of a page. Returns the id of the last one if there is another page, otherwise
    // an empty text; nullopt if this is not a page.
    std::optional<std::string> take(const upstream_response& answer, dom::parser& parser) {
        dom::object page;
        dom::array rows;
        const bool padded =
            answer.body.capacity() - answer.body.size() >= simdjson::SIMDJSON_PADDING;
        if (parser.parse(answer.body.data(), answer.body.size(), !padded).get(page) !=
                simdjson::SUCCESS ||
            page["data"].get(rows) != simdjson::SUCCESS)
            return {};
        std::string_view last;
        for (const auto row : rows) {
            look_at(row);
            if (row["id"].get(last) != simdjson::SUCCESS) last = {};
        }
        bool more = false;
        if (page["has_more"].get(more) != simdjson::SUCCESS || !more) last = {};
        return std::string(last);
    }

    // The outcome of the write; nullopt if its object was not found.
    std::optional<receipt_outcome> outcome() const {
        if (several_) return unknown_because("objects_ambiguous");
        return found_;
    }

private:
    void look_at(dom::element row) {
        dom::object object;
        std::string_view named;
        std::int64_t created = 0;
        if (row.get(object) != simdjson::SUCCESS ||
            row["metadata"][receipt_metadata_key].get(named) != simdjson::SUCCESS ||
            named != receipt_.id)
            return;
        // An object older than the receipt cannot be the write's: its metadata was copied.
        if (row["created"].get(created) == simdjson::SUCCESS &&
            (created < when_.from || created > when_.to))
            return;
        auto seen = made(object);
        if (seen.object_id.empty()) return;
        several_ = several_ || (found_ && found_->object_id != seen.object_id);
        found_ = std::move(seen);
    }

    const receipt_row& receipt_;
    const time_range when_;
    std::optional<receipt_outcome> found_;
    bool several_ = false;
};

upstream_request read_of(std::string target, const lookup_place& where) {
    return {.method = "GET",
            .target = std::move(target),
            .body = {},
            .idempotency_key = {},
            .access = where.access,
            .default_version = where.version,
            .deadline = where.deadline,
            .yields = true};
}

bool answered_well(const base::result<upstream_response>& answer) {
    return answer && answer->status >= 200 && answer->status < 300;
}

// Reads the list for that period. Returns nullopt if it was read to its end; otherwise why not.
base::awaitable<std::optional<receipt_outcome>> read_list(upstream& api, const lookup_place& where,
                                                          std::string_view path, time_range when,
                                                          sighting& into) {
    dom::parser parser;
    std::string after;
    for (int page = 0; page < pages_max; ++page) {
        auto request = read_of(list_target(path, when, after), where);
        const auto answer = co_await api.send(std::move(request));
        if (!answered_well(answer)) co_return unread(answer, parser);
        auto next = into.take(*answer, parser);
        if (!next) co_return unknown_because("unreadable_answer");
        if (next->empty()) co_return std::nullopt;
        after = std::move(*next);
    }
    co_return unknown_because("too_many_objects");
}

}  // namespace

base::awaitable<receipt_outcome> find_object(upstream& api, const lookup_place& where,
                                             std::string_view target, const receipt_row& receipt) {
    const std::string_view path = target.substr(0, target.find('?'));
    const auto way = lookup_of(path);
    if (!way) co_return unknown_because("object_not_found");
    sighting seen{receipt};
    if (way->search != nullptr) {
        dom::parser parser;
        auto request = read_of(search_target(path, receipt), where);
        const auto answer = co_await api.send(std::move(request));
        if (answered_well(answer)) seen.take(*answer, parser);
        if (auto outcome = seen.outcome()) co_return std::move(*outcome);
    }
    std::optional<receipt_outcome> unfinished;
    for (const auto& when : std::array{near_time(receipt), whole_time(receipt)}) {
        unfinished = co_await read_list(api, where, path, when, seen);
        if (auto outcome = seen.outcome()) co_return std::move(*outcome);
    }
    if (unfinished) co_return std::move(*unfinished);
    co_return unknown_because("object_not_found");
}

}  // namespace tollgate::stripe
