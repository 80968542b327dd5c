// Webhooks of teams: what they are told, when they are told again, and what is kept of it.
#include <catch2/catch.hpp>

#include <algorithm>

#include "storage/changes/webhooks.hpp"
#include "tenancy/admin/webhooks.hpp"
#include "tenancy/approvals/webhook_message.hpp"
#include "tests/unit/tenancy/approval_world.hpp"

namespace tenancy_webhooks_test {

using namespace tollgate;
using namespace tollgate::tenancy;
using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::seconds;
using storage::webhook_delivery_state;
using test::approval_world;
using test::run_sync;

// Takes what is posted; refuses addresses of "bad." and answers as the test wants.
class scripted_network final : public base::webhook_network {
public:
    struct message {
        std::string address;
        std::string key;
        std::string body;
        std::string id;
    };
    base::result<std::string> host_of(const base::secret& address) const override {
        if (address.reveal().starts_with("bad."))
            return base::invalid("invalid_address", "address must be good", "address");
        return "hooks.example";
    }
    base::awaitable<base::result<>> post(base::secret address, base::secret key, std::string body,
                                         std::string id, base::timestamp /*at*/) override {
        messages.push_back({std::string{address.reveal()}, std::string{key.reveal()},
                            std::move(body), std::move(id)});
        if (!failure.empty()) co_return base::fail(base::errc::unavailable, "refused", failure);
        co_return base::result<>{};
    }
    std::string failure;
    std::vector<message> messages;
};

struct webhook_world : approval_world {
    webhook_world() {
        registry->webhook_sender().send_with(network, [] { return "https://gate.example"; });
    }
    new_webhook add(webhook_input input) {
        return run_sync(registry->webhooks().create(owner, std::move(input), {})).value();
    }
    new_webhook add(std::string format = "standard",
                    std::optional<std::vector<std::string>> events = {}) {
        return add({"Phone", base::secret{"https://hooks.example/secret-path"}, std::move(format),
                    std::move(events)});
    }
    std::string failure_of(webhook_input input) {
        const auto made = run_sync(registry->webhooks().create(owner, std::move(input), {}));
        return made ? "" : made.error().code;
    }
    std::size_t deliver() { return run_sync(registry->webhook_sender().work_once()); }
    std::vector<storage::webhook_delivery_row> deliveries(const std::string& id) {
        return run_sync(registry->webhooks().deliveries(owner.team_id, id, {})).value();
    }
    scripted_network network;
};

TEST_CASE("webhooks: an event is told once, signed, with an id and a link and nothing of the call",
          "[tenancy]") {
    webhook_world world;
    const auto hook = world.add();
    CHECK(hook.key.reveal().starts_with("whsec_"));
    CHECK(world.deliver() == 0);
    const auto id = world.ask(R"({"amount":77123})").id;
    CHECK(world.deliver() == 1);
    CHECK(world.deliver() == 0);
    REQUIRE(world.network.messages.size() == 1);
    const auto& sent = world.network.messages.front();
    CHECK(sent.address == "https://hooks.example/secret-path");
    CHECK(sent.key == hook.key.reveal());
    CHECK(sent.id == id + "_created");
    CHECK(sent.body.starts_with(R"({"type":"approval.created","timestamp":")"));
    CHECK(sent.body.find(R"("approval_id":")" + id + '"') != std::string::npos);
    CHECK(sent.body.find("https://gate.example/console/approvals/" + id) != std::string::npos);
    CHECK(sent.body.find("77123") == std::string::npos);
    CHECK(sent.body.find("refund") == std::string::npos);
}

TEST_CASE("webhooks: every event of an approval is told", "[tenancy]") {
    webhook_world world;
    world.add();
    const auto late = world.ask("{3}").id;
    world.clock.advance(hours{2});
    const auto agreed = world.ask("{1}").id;
    REQUIRE(world.vote(agreed).has_value());
    CHECK(world.work() == 1);
    const auto refused = world.ask("{2}").id;
    REQUIRE(world.vote(refused, false, "No.").has_value());
    while (world.deliver() > 0) {
    }
    std::vector<std::string> ids;
    for (const auto& one : world.network.messages) ids.push_back(one.id);
    std::sort(ids.begin(), ids.end());
    std::vector<std::string> wanted{agreed + "_approved", agreed + "_created", agreed + "_executed",
                                    late + "_created",    late + "_expired",   refused + "_created",
                                    refused + "_denied"};
    std::sort(wanted.begin(), wanted.end());
    CHECK(ids == wanted);
}

TEST_CASE("webhooks: only what it asked for, of its own team", "[tenancy]") {
    webhook_world world;
    const auto hook = world.add("slack", std::vector<std::string>{"denied"});
    CHECK(hook.key.empty());
    CHECK(events_of(hook.made) == std::vector<std::string>{"denied"});
    const auto id = world.ask().id;
    CHECK(world.deliver() == 0);
    REQUIRE(world.vote(id, false, "No.").has_value());
    CHECK(world.deliver() == 1);
    CHECK(
        world.network.messages.front().body ==
        R"({"text":"A call of an MCP client was denied: https://gate.example/console/approvals/)" +
            id + R"("})");
    CHECK(world.network.messages.front().key.empty());
    const auto other =
        run_sync(world.registry->teams().create(world.owner, "Other", {})).value().first_key.key;
    CHECK(run_sync(world.registry->webhooks().get(other.team_id, hook.made.id)).error().code ==
          "not_found");
    CHECK_FALSE(run_sync(world.registry->webhooks().remove(other.team_id, hook.made.id)));
    CHECK_FALSE(
        run_sync(world.registry->webhooks().repeat(other.team_id, hook.made.id, id + "_denied")));
    CHECK(run_sync(world.registry->webhooks().list(other.team_id)).value().empty());
}

TEST_CASE("webhooks: a failure is tried again later, and given up after a day", "[tenancy]") {
    webhook_world world;
    const auto hook = world.add();
    const auto id = world.ask().id;
    world.network.failure = "the receiver answered 500";
    CHECK(world.deliver() == 1);
    CHECK(world.deliver() == 0);
    auto told = world.deliveries(hook.made.id).front();
    CHECK(told.state == webhook_delivery_state::waiting);
    CHECK(told.attempts == 1);
    CHECK(told.last_error == "the receiver answered 500");
    CHECK(told.due_at == world.clock.now() + seconds{5});
    world.clock.advance(seconds{5});
    CHECK(world.deliver() == 1);
    CHECK(world.deliveries(hook.made.id).front().due_at == world.clock.now() + seconds{10});
    world.clock.advance(hours{24});
    CHECK(world.deliver() == 1);
    told = world.deliveries(hook.made.id).front();
    CHECK(told.state == webhook_delivery_state::given_up);
    CHECK_FALSE(told.due_at);
    world.network.failure.clear();
    REQUIRE(run_sync(world.registry->webhooks().repeat(world.owner.team_id, hook.made.id,
                                                       id + "_created"))
                .has_value());
    CHECK(world.deliver() == 1);
    CHECK(world.deliveries(hook.made.id).front().state == webhook_delivery_state::delivered);
    CHECK(world.network.messages.back().id == world.network.messages.front().id);
}

TEST_CASE("webhooks: what an instance took and did not finish is told by another", "[tenancy]") {
    webhook_world world;
    const auto hook = world.add();
    world.ask();
    const auto now = world.clock.now();
    auto taken = std::make_shared<std::optional<storage::webhook_delivery_row>>();
    REQUIRE(run_sync(world.store->commit({storage::claim_webhook_delivery{
                         hook.made.id, now, now + seconds{60}, taken}}))
                .has_value());
    REQUIRE(taken->has_value());
    CHECK(world.deliver() == 0);
    world.clock.advance(seconds{60});
    CHECK(world.deliver() == 1);
    // The first one's outcome comes late: another attempt has begun since.
    auto late = after_attempt(**taken, {}, "too late", world.clock.now());
    REQUIRE(run_sync(world.store->commit({storage::finish_webhook_delivery{late}})).has_value());
    CHECK(world.deliveries(hook.made.id).front().state == webhook_delivery_state::delivered);
}

TEST_CASE("webhooks: a removed one is told nothing more", "[tenancy]") {
    webhook_world world;
    const auto hook = world.add();
    world.ask();
    REQUIRE(
        run_sync(world.registry->webhooks().remove(world.owner.team_id, hook.made.id)).has_value());
    CHECK(world.deliver() == 0);
    CHECK(world.network.messages.empty());
}

TEST_CASE("webhooks: mistakes are named, and nothing shows the address again", "[tenancy]") {
    webhook_world world;
    CHECK(world.failure_of({"", base::secret{"https://a.example"}}) == "invalid_name");
    CHECK(world.failure_of({"A", base::secret{"bad.example"}}) == "invalid_address");
    CHECK(world.failure_of({"A", base::secret{"https://a.example"}, "xml"}) == "invalid_format");
    CHECK(world.failure_of({"A", base::secret{"https://a.example"}, "slack",
                            std::vector<std::string>{}}) == "invalid_events");
    CHECK(world.failure_of({"A", base::secret{"https://a.example"}, "slack",
                            std::vector<std::string>{"made"}}) == "invalid_events");
    const auto hook = world.add();
    CHECK(hook.made.host == "hooks.example");
    const auto row = run_sync(world.store->find_webhook(world.owner.team_id, hook.made.id)).value();
    CHECK(row->content.ciphertext.find("secret-path") == std::string::npos);
    for (std::int64_t i = 1; i < webhooks_per_team; ++i) world.add();
    CHECK(world.failure_of({"A", base::secret{"https://a.example"}}) == "limit_reached");
}

TEST_CASE("webhooks: a test message is sent at once, and says what the receiver did", "[tenancy]") {
    webhook_world world;
    const auto hook = world.add();
    const auto test = [&] {
        return run_sync(world.registry->webhooks().test(world.owner.team_id, hook.made.id)).value();
    };
    CHECK(test().empty());
    CHECK(world.network.messages.front().body.starts_with(R"({"type":"webhook.test",)"));
    world.network.failure = "the receiver answered 404";
    CHECK(test() == "the receiver answered 404");
    CHECK(world.deliveries(hook.made.id).empty());
}

}  // namespace tenancy_webhooks_test
