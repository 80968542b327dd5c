#include "server/cli/verify/demo.hpp"

#include <CLI/CLI.hpp>

#include <array>
#include <chrono>
#include <iostream>

#include "base/clock.hpp"
#include "base/json_text.hpp"
#include "server/cli/commands.hpp"
#include "server/cli/verify/bench_command.hpp"
#include "server/cli/verify/verify_bench.hpp"

namespace tollgate::server {

namespace {

using base::json_members;
using std::chrono::minutes;

constexpr int demo_refused = 1;
constexpr std::string_view seeding =
    R"({"methods":["create","get"],"tools":{"allow":["create_a_stripe_customer",)"
    R"("create_a_stripe_payment_intent","get_single_stripe_payment_intent_by_id"]}})";

struct demo_customer {
    const char* id;  // among the orders; also names what is made at Stripe
    const char* name;
    const char* email;
};
constexpr std::array customers{demo_customer{"demo_c1", "Sarah Jones", "sarah@example.com"},
                               demo_customer{"demo_c2", "Omar Haddad", "omar@example.com"},
                               demo_customer{"demo_c3", "Yuki Tanaka", "yuki@example.com"},
                               demo_customer{"demo_c4", "Hannah Weiss", "hannah@example.com"},
                               demo_customer{"demo_c5", "Liam O'Brien", "liam@example.com"}};

struct demo_order {
    const char* id;
    std::size_t customer;  // in `customers`
    std::int64_t amount;
    const char* currency;
    minutes ago;
};
constexpr minutes day{24 * 60};
// Sarah's two newest payments are the same one twice, three minutes apart.
constexpr std::array orders{demo_order{"demo_o1", 0, 1900, "usd", 34 * day},
                            demo_order{"demo_o2", 0, 4999, "usd", day},
                            demo_order{"demo_o3", 0, 4999, "usd", day - minutes{3}},
                            demo_order{"demo_o4", 1, 7900, "usd", 21 * day},
                            demo_order{"demo_o5", 1, 2400, "usd", 9 * day},
                            demo_order{"demo_o6", 2, 6800, "jpy", 15 * day},
                            demo_order{"demo_o7", 2, 12000, "jpy", 4 * day},
                            demo_order{"demo_o8", 3, 4500, "eur", 40 * day},
                            demo_order{"demo_o9", 3, 4500, "eur", 10 * day},
                            demo_order{"demo_o10", 3, 15900, "eur", 2 * day},
                            demo_order{"demo_o11", 4, 5200, "usd", 60 * day},
                            demo_order{"demo_o12", 4, 8600, "usd", 6 * day}};

// A write by an ordinary tool, known by `key`: made again, it is answered from its receipt. The id
// of the object. Throws verify_trouble.
std::string make(const verify_bench& bench, const tried_server& server, std::string_view tool,
                 const std::string& arguments, const std::string& key) {
    std::string meta = "{";
    json_members{meta}.text("tollgate/operationKey", key);
    std::string params = "{";
    json_members{params}.text("name", tool).raw("arguments", arguments).raw("_meta", meta + '}');
    params += '}';
    const json_answer answer{bench.rpc(server.url, "tools/call", params).body};
    const std::string text = answer.text("/result/content/0/text");
    if (text.empty() || answer.truth("/result/isError"))
        throw verify_trouble(std::string(tool) + ": " +
                             (text.empty() ? answer.text("/error/message") : text));
    const json_answer made{text};
    auto id = made.text("/id");
    if (id.empty()) id = made.text("/receipt/object_id");
    if (id.empty()) throw verify_trouble(std::string(tool) + " named no object: " + text);
    return id;
}

std::string make_customer(const verify_bench& bench, const tried_server& server,
                          const demo_customer& one, const std::string& run) {
    std::string arguments = "{";
    json_members{arguments}.text("name", one.name).text("email", one.email);
    arguments += '}';
    return make(bench, server, "create_a_stripe_customer", arguments,
                "tollgate_" + std::string(one.id) + run);
}

std::string make_payment(const verify_bench& bench, const tried_server& server,
                         const demo_order& one, const std::string& customer,
                         const std::string& run) {
    std::string methods = "{";
    json_members{methods}.truth("enabled", true).text("allow_redirects", "never");
    std::string arguments = "{";
    json_members{arguments}
        .number("amount", one.amount)
        .text("currency", one.currency)
        .text("customer", customer)
        .text("payment_method", "pm_card_visa")
        .raw("automatic_payment_methods", methods + '}')
        .truth("confirm", true)
        .text("description", "Order " + std::string(one.id));
    arguments += '}';
    return make(bench, server, "create_a_stripe_payment_intent", arguments,
                "tollgate_" + std::string(one.id) + run);
}

std::string customer_line(const demo_customer& one, const std::string& stripe_id,
                          base::timestamp now) {
    std::string out = "{";
    json_members{out}
        .text("type", "customer")
        .text("id", one.id)
        .text("email", one.email)
        .text("name", one.name)
        .text("stripe_customer_id", stripe_id)
        .text("created_at", base::format_timestamp(now - 90 * day));
    return out + "}\n";
}

std::string order_line(const demo_order& one, const std::string& payment, const std::string& run,
                       base::timestamp now) {
    std::string out = "{";
    json_members{out}
        .text("type", "order")
        .text("id", one.id + run)
        .text("customer_id", customers.at(one.customer).id)
        .text("payment_id", payment)
        .number("amount", one.amount)
        .text("currency", one.currency)
        .text("created_at", base::format_timestamp(now - one.ago));
    return out + "}\n";
}

// POST of JSON Lines. Throws verify_trouble.
json_answer import_lines(const verify_bench& bench, const std::string& lines) {
    const auto& gateway = bench.gateway();
    const auto answer = gateway.without_key().call(
        {"POST",
         "/integrated-account/" + bench.account() + "/orders/import",
         {{"Authorization", "Bearer " + std::string(gateway.key().reveal())},
          {"Content-Type", "application/jsonl"}},
         lines});
    if (!answer) throw verify_trouble(answer.error().message);
    json_answer imported{answer->body};
    if (answer->status != 200)
        throw verify_trouble("the orders were not imported: " + imported.text("/detail"));
    return imported;
}

enum class seeded : std::uint8_t { never, still, lost };

// Whether the demo data is there. A sandbox loses its side of it when it ends.
seeded look(const verify_bench& bench, const tried_server& server) {
    const json_answer found{bench.must("GET", "/integrated-account/" + bench.account() +
                                                  "/orders?email=sarah%40example.com&limit=1")};
    const auto payment = found.text("/result/0/payment_id");
    if (payment.empty()) return seeded::never;
    std::string arguments = "{";
    json_members{arguments}.text("id", payment);
    std::string params = "{";
    json_members{params}
        .text("name", "get_single_stripe_payment_intent_by_id")
        .raw("arguments", arguments + '}');
    params += '}';
    const json_answer read{bench.rpc(server.url, "tools/call", params).body};
    return read.truth("/result/isError") ? seeded::lost : seeded::still;
}

}  // namespace

void demo_command::add(CLI::App& app) {
    auto* const group = command_group(app, "demo", "Things to try Tollgate with");
    group_
        .add(*group, "seed",
             "Fill a test account: five customers with payments at Stripe, and their orders (an "
             "admin's key)",
             on_bench([this](const admin_client& gateway) { return seed(gateway); }))
        ->add_option("--account", account_,
                     "The integrated account, with a test key; default: the only one");
}

int demo_command::seed(const admin_client& gateway) const {
    verify_bench bench{gateway, chosen_account(gateway, account_)};
    const std::string route = "/integrated-account/" + bench.account();
    const json_answer account{bench.must("GET", route)};
    if (account.text("/mode") != "test") {
        complain("demo data is for test accounts, and this one is live: nothing was made");
        return demo_refused;
    }
    const auto kind = account.text("/orders");
    if (kind == "external") {
        complain("the orders of this account are in a database of your own: nothing was made");
        return demo_refused;
    }
    if (kind == "none") bench.must("PATCH", route, R"({"orders":"tables"})");
    const auto now = base::system_clock{}.now();
    const auto server = bench.mint(seeding);
    const auto before = look(bench, server);
    if (before == seeded::still) return report(false);
    // What was lost is made anew under other names: its receipts tell of what is gone.
    const std::string run =
        before == seeded::never ? "" : '_' + std::to_string(base::to_unix_ms(now) / 1000);
    std::string lines;
    std::array<std::string, customers.size()> at_stripe;
    for (std::size_t i = 0; i < customers.size(); ++i) {
        at_stripe.at(i) = make_customer(bench, server, customers.at(i), run);
        lines += customer_line(customers.at(i), at_stripe.at(i), now);
    }
    for (const auto& one : orders) {
        const auto payment = make_payment(bench, server, one, at_stripe.at(one.customer), run);
        lines += order_line(one, payment, run, now);
    }
    const auto imported = import_lines(bench, lines);
    if (imported.number("/rejected").value_or(0) > 0) {
        complain("an order was rejected: " + imported.text("/rejected_lines/0/reason"));
        return demo_refused;
    }
    return report(true);
}

int demo_command::report(bool made) const {
    if (group_.json())
        std::cout << R"({"customers":)" << customers.size() << R"(,"orders":)" << orders.size()
                  << R"(,"made":)" << (made ? "true" : "false") << "}\n";
    else if (made)
        std::cout << "Made " << customers.size() << " customers and " << orders.size()
                  << " orders. sarah@example.com was charged twice: 49.99 USD, three minutes "
                     "apart.\n";
    else
        std::cout << "The demo data is there already.\n";
    return 0;
}

}  // namespace tollgate::server
