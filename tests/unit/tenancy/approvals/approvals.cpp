// Approvals: asked for, answered by API keys, executed once.
#include "tenancy/approvals/approvals.hpp"

#include <catch2/catch.hpp>

#include "tenancy/approvals/approval_text.hpp"
#include "tests/unit/tenancy/approval_world.hpp"

namespace tenancy_approvals_test {

using namespace tollgate;
using namespace tollgate::tenancy;
using std::chrono::seconds;
using storage::approval_state;
using test::approval_world;
using test::run_sync;

TEST_CASE("approvals: a question is durable, its arguments are sealed and erased at the end",
          "[tenancy]") {
    approval_world world;
    const auto asked = world.ask();
    CHECK(base::is_id(asked.id, "apr"));
    CHECK(asked.expires_at == world.clock.now() + seconds{3'600});
    CHECK(asked.asked_by == public_token_id(world.grant->token_digest));
    const auto row = run_sync(world.store->find_approval(world.owner.team_id, asked.id)).value();
    CHECK(row->content.ciphertext.find("amount") == std::string::npos);
    const auto found = world.found(asked.id);
    CHECK(found.content.arguments == R"({"amount":5})");
    CHECK(found.content.preview == "Refund 500.00 USD");
    REQUIRE(world.vote(asked.id, false, "Wrong customer.").has_value());
    CHECK(world.found(asked.id).content.arguments.empty());
    CHECK(world.events.told == "created denied ");
}

TEST_CASE("approvals: an equal pending call gets the same approval, and others get their own",
          "[tenancy]") {
    approval_world world;
    const auto first = world.ask();
    const auto again = world.try_ask(R"({"amount":5})", approval_world::needs()).value();
    CHECK(again.repeated);
    CHECK(again.approval.id == first.id);
    CHECK(world.ask(R"({"amount":6})").id != first.id);
    CHECK(world.events.told == "created created ");
    const auto large =
        world.try_ask(std::string(approval_arguments_max + 1, ' '), approval_world::needs());
    REQUIRE_FALSE(large.has_value());
    CHECK(large.error().code == "too_large_for_approval");
}

TEST_CASE("approvals: a question stands for a minute at least and 30 days at most", "[tenancy]") {
    approval_world world;
    const auto now = world.clock.now();
    CHECK(world.ask("{}", approval_world::needs(1, 0)).expires_at == now + seconds{60});
    CHECK(world.ask("{1}", approval_world::needs(1, 40 * 86'400)).expires_at ==
          now + std::chrono::days{30});
}

TEST_CASE("approvals: different keys are counted, and the same key twice counts once",
          "[tenancy]") {
    approval_world world;
    const auto id = world.ask("{}", approval_world::needs(2)).id;
    CHECK(world.vote(id)->state == approval_state::pending);
    CHECK(world.vote(id)->state == approval_state::pending);
    const auto second = world.another_key("second");
    world.clock.advance(seconds{1});
    CHECK(world.vote_as(second, id, true, "I looked.")->state == approval_state::approved);
    const auto votes = world.found(id).votes;
    REQUIRE(votes.size() == 2);
    CHECK(votes.back().name == "second");
    const auto late = world.vote(id, false, "No.");
    REQUIRE_FALSE(late.has_value());
    CHECK(late.error().code == "approval_ended");
    CHECK(late.error().message.find("enough people agreed") != std::string::npos);
}

TEST_CASE("approvals: a key of another team finds nothing", "[tenancy]") {
    approval_world world;
    const auto id = world.ask().id;
    const auto other = world.other_team().first_key.key;
    CHECK(world.vote_as(other, id).error().kind == base::errc::not_found);
    CHECK_FALSE(run_sync(world.registry->approvals().find(other.team_id, id)).has_value());
    CHECK(world.state(id) == approval_state::pending);
}

TEST_CASE("approvals: a denial needs a reason, which the model reads", "[tenancy]") {
    approval_world world;
    const auto id = world.ask().id;
    CHECK(world.vote(id, false).error().code == "invalid_reason");
    CHECK(world.vote(id, true, std::string(201, 'x')).error().code == "invalid_reason");
    CHECK(world.vote(id, false, "Wrong customer.")->state == approval_state::denied);
    const auto progress = run_sync(world.registry->approvals().find_for(*world.grant, id)).value();
    const auto text = approval_brief_json(progress, world.clock.now());
    CHECK(text.find(R"("state":"denied")") != std::string::npos);
    CHECK(text.find(R"("approver_reason":"Wrong customer.")") != std::string::npos);
    CHECK(text.find("key_") == std::string::npos);
    CHECK(world.work() == 0);
    CHECK(world.caller->calls.empty());
}

TEST_CASE("approvals: another MCP server does not see it", "[tenancy]") {
    approval_world world;
    const auto id = world.ask().id;
    const auto other = world.mint(world.owner, world.account.id);
    const auto grant = world.find(other.token).value();
    CHECK(run_sync(world.registry->approvals().find_for(*grant, id)).error().code ==
          "no_such_approval");
}

TEST_CASE("approvals: the last answer makes it executed, once, with its receipt", "[tenancy]") {
    approval_world world;
    const auto asked = world.ask();
    CHECK(world.work() == 0);
    REQUIRE(world.vote(asked.id).has_value());
    CHECK(world.work() == 1);
    CHECK(world.caller->calls == std::vector<std::string>{R"({"amount":5})"});
    const auto done =
        run_sync(world.registry->executor().settle(world.owner.team_id, asked.id, seconds{1}))
            .value();
    CHECK(done.approval.approval.state == approval_state::executed);
    REQUIRE(done.receipt);
    CHECK(done.receipt->id == asked.receipt_id);
    CHECK(done.receipt->outcome.state == storage::receipt_state::succeeded);
    CHECK(world.work() == 0);
    CHECK(world.caller->effects == 1);
    CHECK(world.events.told == "created approved executed ");
    // The same call is a new question now.
    CHECK(world.ask().id != asked.id);
}

TEST_CASE("approvals: at the millisecond of its expiry it cannot be approved or executed",
          "[tenancy]") {
    approval_world world;
    const auto one = world.ask("{}", approval_world::needs(1, 60)).id;
    const auto two = world.ask("{2}", approval_world::needs(1, 60)).id;
    REQUIRE(world.vote(two).has_value());
    world.clock.advance(seconds{60});
    const auto late = world.vote(one);
    REQUIRE_FALSE(late.has_value());
    CHECK(late.error().message.find("expired at") != std::string::npos);
    world.work();
    CHECK(world.state(one) == approval_state::expired);
    CHECK(world.state(two) == approval_state::expired);
    CHECK(world.caller->effects == 0);
}

TEST_CASE("approvals: what expired is told and recorded, also when the same is asked again at once",
          "[tenancy]") {
    approval_world world;
    const auto first = world.ask();
    world.clock.advance(std::chrono::hours{1});
    world.events.told.clear();
    const auto second = world.ask();
    CHECK(second.id != first.id);
    CHECK(world.state(first.id) == storage::approval_state::expired);
    CHECK(world.state(second.id) == storage::approval_state::pending);
    CHECK(world.events.told == "expired created ");
}

TEST_CASE(
    "approvals: sealed content keeps the order of a refund, and content of earlier versions is "
    "read",
    "[tenancy]") {
    approval_content content{R"({"amount":5})", "Refund\n5", {}};
    const auto without = decode_content(encode_content(content));
    REQUIRE(without.has_value());
    CHECK(without->arguments == content.arguments);
    CHECK(without->preview == content.preview);
    CHECK_FALSE(without->order.has_value());
    CHECK(encode_content(content) == "12\n" + content.arguments + content.preview);
    content.order = order_refund{{"o_1", "pi_1", 4999, "usd", "", "Support,\n2 clients"}, "c 1"};
    const auto bytes = encode_content(content);
    const auto with = decode_content(bytes);
    REQUIRE(with.has_value());
    CHECK(with->preview == content.preview);
    REQUIRE(with->order.has_value());
    CHECK(with->order->customer_id == "c 1");
    CHECK(with->order->link.order_id == "o_1");
    CHECK(with->order->link.payment_id == "pi_1");
    CHECK(with->order->link.amount == 4999);
    CHECK(with->order->link.reason.empty());
    CHECK(with->order->link.refunded_by == "Support,\n2 clients");
    // A part of it is nothing: an approval never loses its order unseen.
    for (std::size_t size = 0; size < bytes.size(); ++size)
        CHECK_FALSE(decode_content(bytes.substr(0, size)).has_value());
    CHECK_FALSE(decode_content(bytes + "x").has_value());
    content.declared = "create_refund";
    const auto declared = decode_content(encode_content(content));
    REQUIRE(declared.has_value());
    CHECK(declared->declared == "create_refund");
    CHECK(declared->arguments == content.arguments);
    CHECK(declared->order.has_value());
    CHECK(with->declared.empty());
}

}  // namespace tenancy_approvals_test
