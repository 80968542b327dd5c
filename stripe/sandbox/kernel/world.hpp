// The state of one account: its objects, its time, its ids. Every operation works on it.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>

#include "base/clock.hpp"
#include "stripe/catalog/catalog.hpp"
#include "stripe/sandbox/kernel/errors.hpp"
#include "stripe/sandbox/kernel/store.hpp"
#include "stripe/sandbox/kernel/templates.hpp"

namespace tollgate::sandbox {

constexpr std::int64_t day_s = 24 * 60 * 60;

class world {
public:
    // Ids are derived from `seed`: the same calls with the same seed give the same ids. The clock
    // lives as long as the world.
    world(const base::clock& time, std::string seed);

    store data;

    // Unix seconds: the clock's, or the set time while history is written.
    std::int64_t now() const;
    void set_moment(std::int64_t seconds) { moment_ = seconds; }
    void clear_moment() { moment_ = 0; }

    // `<prefix>_` and 24 characters ("cs_test_" gets 58, as Stripe's).
    std::string make_id(std::string_view prefix);
    std::string make_text(std::size_t characters);

    // A new object from its template with id, created and livemode filled in; not stored yet.
    json make(std::string_view object, std::string_view prefix);

    // Stores an event with `object` as it is now. Beyond 10,000 events the oldest are removed.
    void emit(std::string_view type, const json& object);

    // The request named in events; empty while history is written.
    void set_request(std::string id, std::string idempotency_key);

    // Applies changes due to time: transactions become available, payouts arrive, sessions expire.
    void settle();

private:
    const base::clock& time_;
    std::string seed_;
    std::uint64_t count_ = 0;
    std::int64_t moment_ = 0;
    std::string request_id_;
    std::string request_key_;
};

// One request to an operation.
struct call {
    world& in;
    const stripe::operation& op;
    json params;                   // validated
    std::vector<std::string> ids;  // from the path, decoded
};

using handler = outcome<json> (*)(call&);

// Answers with the object that `find` returns, or with its error.
template <outcome<json*> (*find)(call&)>
outcome<json> get_found(call& call) {
    const auto row = find(call);
    if (!row) return row.error();
    return **row;
}

// The operations of the sandbox, by method and path template: "POST /v1/charges".
class routes {
public:
    void add(std::string_view method_and_path, handler run) { table_[method_and_path] = run; }
    handler find(std::string_view method_and_path) const {
        const auto found = table_.find(method_and_path);
        return found == table_.end() ? nullptr : found->second;
    }
    const std::map<std::string_view, handler>& all() const { return table_; }

private:
    std::map<std::string_view, handler> table_;
};

// The object named by the path or a parameter, or Stripe's resource_missing.
outcome<json*> in_path(call& call, std::string_view object, std::size_t position = 0);
outcome<json*> in_param(call& call, std::string_view object, std::string_view param);

// Copies the given parameters with these names into `target`; null clears.
void take(json& target, const json& params, std::initializer_list<std::string_view> names);

// Merges `metadata` like Stripe: an empty value removes its key, null removes all.
void take_metadata(json& target, const json& params);

// Completes an address or a shipping block with nulls.
json full_address(const json& sent);

}  // namespace tollgate::sandbox
