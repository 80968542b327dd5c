#include "tenancy/admin/replays.hpp"

#include <chrono>
#include <utility>

#include "base/crypto.hpp"

namespace tollgate::tenancy {

namespace {

constexpr std::chrono::hours kept_for{24};

std::string place_of(const idempotent_request& request) {
    return request.team_id + "|" + request.route + "|" + request.key;
}

}  // namespace

base::awaitable<base::result<std::optional<stored_answer>>> replays::find(
    const idempotent_request& request) {
    auto row = co_await env_.store.find_replay(request.team_id, request.route, request.key);
    if (!row) co_return row.error();
    if (!*row || (*row)->expires_at <= env_.clock.now()) co_return std::optional<stored_answer>{};
    const storage::replay_row& stored = **row;
    if (!base::equal_constant_time(stored.request_digest, request.digest))
        co_return base::fail(
            base::errc::conflict, "idempotency_key_reused",
            "this Idempotency-Key was sent with another body in the last 24 hours: "
            "use a new key for a new request");
    auto body = env_.secrets.open(stored.body, place_of(request));
    if (!body) co_return body.error();
    co_return std::optional<stored_answer>{
        stored_answer{static_cast<unsigned>(stored.status), std::move(*body)}};
}

storage::replay_row replays::row(const idempotent_request& request, unsigned status,
                                 std::string_view body) const {
    storage::replay_row out;
    out.team_id = request.team_id;
    out.route = request.route;
    out.key = request.key;
    out.request_digest = request.digest;
    out.status = status;
    out.body = env_.secrets.seal(body, place_of(request));
    out.created_at = env_.clock.now();
    out.expires_at = out.created_at + kept_for;
    return out;
}

}  // namespace tollgate::tenancy
