#include "stripe/permissions/prober.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/deferred.hpp>
#include <boost/asio/experimental/parallel_group.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>
#include <exception>
#include <iterator>
#include <utility>

#include "stripe/answer/account_state.hpp"
#include "stripe/catalog/catalog.hpp"
#include "stripe/permissions/probes.hpp"

namespace tollgate::stripe {

namespace {

namespace asio = boost::asio;
using tenancy::key_state;
using tenancy::known;

constexpr std::string_view key_check = "/v1/balance";  // a call that is allowed for every key
constexpr std::string_view balance_area = "balance";

// One review in progress, used on one loop only.
struct probing {
    upstream& api;
    const tenancy::account_access& account;
    const permission_need& need;
    std::chrono::steady_clock::time_point deadline;
    std::vector<area_probes> areas{};
    std::size_t next = 0;
    probe_findings found{};

    // True while the budget allows another area, which takes at most two requests.
    bool may_ask() const {
        return found.state == key_state::active && !found.rate_limited && !found.late &&
               found.requests < probes_max;
    }
};

key_state state_of(const upstream_response& answer) {
    if (rejects_key(answer) && permission_in(answer) != known::no) return key_state::needs_reauth;
    const bool refused = answer.status == 401 || answer.status == 403;
    if (refused && answer.body.find("account_invalid") != std::string::npos)
        return key_state::wrong_account;
    return answer.status == 429 || answer.status >= 500 ? key_state::unknown : key_state::active;
}

base::awaitable<base::result<upstream_response>> send(probing& probe, std::string_view method,
                                                      std::string target) {
    ++probe.found.requests;
    upstream_request request{.method = method,
                             .target = std::move(target),
                             .body = {},
                             .idempotency_key = {},
                             .access = probe.account,
                             .default_version = api_version(),
                             .deadline = probe.deadline};
    auto sent = co_await probe.api.send(std::move(request));
    if (!sent && sent.error().kind == base::errc::deadline_exceeded) probe.found.late = true;
    if (sent && sent->status == 429) probe.found.rate_limited = true;
    co_return sent;
}

base::awaitable<known> ask(probing& probe, std::string_view method, std::string target) {
    if (target.empty() || !probe.may_ask()) co_return known::unknown;
    const auto sent = co_await send(probe, method, std::move(target));
    if (!sent) co_return known::unknown;
    if (state_of(*sent) == key_state::needs_reauth) probe.found.state = key_state::needs_reauth;
    co_return permission_in(*sent);
}

// Write includes read, so the access that the key should have is tested first: if the key is right,
// one request is enough.
base::awaitable<tenancy::area_permission> look_at(probing& probe, area_probes area) {
    tenancy::area_permission out{area.area};
    const auto* const needed = probe.need.find(area.area);
    const bool write_first =
        needed != nullptr && needed->access == tenancy::key_access::write && !area.write.empty();
    if (write_first) out.write = co_await ask(probe, "POST", area.write);
    if (out.write != known::yes) out.read = co_await ask(probe, "GET", area.read);
    if (out.read == known::no || !area.writable) out.write = known::no;
    const bool write_open = !write_first && out.write == known::unknown;
    if (write_open) out.write = co_await ask(probe, "POST", area.write);
    if (out.write == known::yes) out.read = known::yes;
    co_return out;
}

base::awaitable<> work(probing& probe) {
    while (probe.next < probe.areas.size() && probe.may_ask()) {
        auto area = std::move(probe.areas[probe.next++]);
        const bool nothing_to_ask = area.read.empty() && area.write.empty();
        if (nothing_to_ask && probe.need.find(area.area) == nullptr) {
            probe.found.not_checked.push_back(std::move(area.area));
            continue;
        }
        auto looked = co_await look_at(probe, std::move(area));
        probe.found.permissions.push_back(std::move(looked));
    }
}

base::awaitable<> work_at_once(probing& probe) {
    static_assert(probes_at_once == 3);
    const auto here = co_await asio::this_coro::executor;
    auto all =
        asio::experimental::make_parallel_group(asio::co_spawn(here, work(probe), asio::deferred),
                                                asio::co_spawn(here, work(probe), asio::deferred),
                                                asio::co_spawn(here, work(probe), asio::deferred));
    const auto ended =
        co_await all.async_wait(asio::experimental::wait_for_all(), asio::use_awaitable);
    for (const auto& error : {std::get<1>(ended), std::get<2>(ended), std::get<3>(ended)})
        if (error) std::rethrow_exception(error);
}

// The needed areas first. The balance was already requested to check the key itself.
std::vector<area_probes> in_order(const permission_need& need, std::string_view no_such_id) {
    std::vector<area_probes> out;
    std::vector<area_probes> rest;
    for (auto& one : all_probes(no_such_id)) {
        if (one.area == balance_area) continue;
        const bool needed = need.find(one.area) != nullptr;
        (needed ? out : rest).push_back(std::move(one));
    }
    std::move(rest.begin(), rest.end(), std::back_inserter(out));
    return out;
}

}  // namespace

base::awaitable<probe_findings> probe_permissions(upstream& api,
                                                  const tenancy::account_access& account,
                                                  const permission_need& need,
                                                  std::string_view no_such_id,
                                                  std::chrono::steady_clock::time_point deadline) {
    probing probe{.api = api, .account = account, .need = need, .deadline = deadline};
    const auto first = co_await send(probe, "GET", std::string(key_check));
    if (first) probe.found.state = state_of(*first);
    const bool restricted = account.credential.reveal().starts_with("rk_");
    if (!restricted || probe.found.state != key_state::active) co_return std::move(probe.found);
    probe.areas = in_order(need, no_such_id);
    probe.found.permissions.push_back(
        {std::string(balance_area), permission_in(*first), known::no});
    co_await work_at_once(probe);
    for (std::size_t i = probe.next; i < probe.areas.size(); ++i)
        probe.found.not_checked.push_back(std::move(probe.areas[i].area));
    co_return std::move(probe.found);
}

}  // namespace tollgate::stripe
