#include "stripe/sandbox/seed/seed.hpp"

#include <array>

#include "stripe/sandbox/resources/billing.hpp"
#include "stripe/sandbox/resources/cards.hpp"
#include "stripe/sandbox/resources/charging.hpp"
#include "stripe/sandbox/resources/payouts.hpp"
#include "stripe/sandbox/seed/timeline.hpp"

namespace tollgate::sandbox {
namespace {

struct person {
    const char* name;
    const char* email;
    const char* country;
    const char* card;
    double since;  // days ago
};

constexpr std::array people{
    person{"Sarah Jones", "sarah.jones@example.com", "US", "pm_card_visa", 140},
    person{"Alice Martin", "alice@example.com", "US", "pm_card_mastercard", 133},
    person{"Jordan Ellis", "user@example.com", "US", "pm_card_visa_debit", 128},
    person{"Priya Raman", "priya.raman@example.org", "US", "pm_card_visa", 121},
    person{"Marco Conti", "marco.conti@example.net", "IT", "pm_card_mastercard", 117},
    person{"Yuki Tanaka", "yuki.tanaka@example.org", "JP", "pm_card_visa", 110},
    person{"Derek Vance", "derek.vance@example.net", "US", "pm_card_visa", 104},
    person{"Hannah Weiss", "hannah.weiss@example.org", "DE", "pm_card_visa", 101},
    person{"Liam O'Brien", "liam.obrien@example.com", "IE", "pm_card_amex", 98},
    person{"Chloe Dubois", "chloe.dubois@example.net", "FR", "pm_card_mastercard", 96},
    person{"Omar Haddad", "omar.haddad@example.com", "US", "pm_card_discover", 94},
    person{"Grace Kim", "grace.kim@example.org", "US", "pm_card_visa", 92},
};
enum who : std::size_t {
    sarah,
    alice,
    jordan,
    priya,
    marco,
    yuki,
    derek,
    hannah,
    liam,
    chloe,
    omar,
    grace
};

// The business while its history is written.
struct business {
    timeline& time;
    std::array<std::string, people.size()> customers;
    std::map<std::string, std::string> prices;
    std::map<std::string, std::string> kept;  // ids under our own names

    std::string customer(std::size_t of) const { return customers.at(of); }

    // Makes a card payment; returns the id of the intent's charge, or of the failed charge.
    std::string pay(std::size_t of, std::int64_t amount, const std::string& currency,
                    const std::string& what, const std::string& card = {}) {
        auto& in = time.in();
        const auto* row = in.data.find("customer", customer(of));
        const auto method =
            card.empty() ? text_of(row->at("invoice_settings"), "default_payment_method") : card;
        const auto out = time.run("POST", "/v1/payment_intents",
                                  {{"amount", amount},
                                   {"currency", currency},
                                   {"customer", customer(of)},
                                   {"payment_method", method},
                                   {"confirm", true},
                                   {"description", what}});
        return text_of(out, out.contains("latest_charge") ? "latest_charge" : "charge");
    }

    void refund(const std::string& charge, std::int64_t amount, const char* reason) {
        json params{{"reason", reason}};
        if (amount > 0) params["amount"] = amount;
        time.run("POST", "/v1/charges/" + charge + "/refunds", std::move(params));
    }
};

void plan_catalogue(business& all) {
    struct offer {
        const char* key;
        const char* name;
        const char* text;
        std::int64_t amount;
        const char* currency;
        const char* interval;  // null: once
    };
    static constexpr offer offers[] = {
        {"starter", "Starter", "For one person", 1900, "usd", "month"},
        {"pro", "Pro Tier", "For people who do this every day", 4900, "usd", "month"},
        {"team", "Team", "Five seats and shared projects", 14900, "usd", "month"},
        {"pro_eur", "Pro Tier (Europe)", "Pro Tier, billed in euro", 4500, "eur", "month"},
        {"onboarding", "Onboarding", "Two days with your team", 250000, "usd", nullptr},
        {"workshop", "Workshop seat", "One seat in a public workshop", 7900, "usd", nullptr},
    };
    for (const auto& each : offers)
        all.time.at(150, [&all, &each] {
            json price{{"currency", each.currency}, {"unit_amount", each.amount}};
            if (each.interval != nullptr) price["recurring"] = {{"interval", each.interval}};
            const auto product = all.time.run(
                "POST", "/v1/products",
                {{"name", each.name}, {"description", each.text}, {"default_price_data", price}});
            all.prices[each.key] = text_of(product, "default_price");
        });
}

void plan_customers(business& all) {
    for (std::size_t i = 0; i < people.size(); ++i)
        all.time.at(people[i].since, [&all, i] {
            const auto& each = people[i];
            const auto number = std::to_string(1001 + i);
            const auto row = all.time.run("POST", "/v1/customers",
                                          {{"name", each.name},
                                           {"email", each.email},
                                           {"payment_method", each.card},
                                           {"address", {{"country", each.country}}},
                                           {"metadata", {{"account_number", number}}}});
            all.customers[i] = text_of(row, "id");
        });
}

// About sixty one-time sales: most in dollars, some in euro and yen, some declined.
void plan_sales(business& all) {
    static constexpr std::int64_t amounts[] = {7900,  2400, 15900, 5200,  31000, 4900,
                                               12500, 8600, 1900,  22000, 6400,  250000};
    static constexpr const char* declines[] = {
        "pm_card_chargeDeclinedInsufficientFunds", "pm_card_chargeDeclined",
        "pm_card_chargeDeclinedExpiredCard", "pm_card_chargeDeclinedFraudulent",
        "pm_card_chargeDeclinedLostCard"};
    for (std::size_t i = 0; i < 54; ++i) {
        const double days_ago = 88.6 - 1.63 * static_cast<double>(i);
        all.time.at(days_ago, [&all, i] {
            const auto of = (i * 7 + 3) % people.size();
            const auto order = "Order " + std::to_string(4201 + i);
            if (i % 9 == 5) {
                all.pay(of, amounts[i % 12], "usd", order, declines[(i / 9) % 5]);
                return;
            }
            const bool euro = i % 9 == 4;
            const bool yen = i % 13 == 6;
            const auto amount = yen ? 6800 : amounts[i % 12];
            const auto charge = all.pay(of, amount, euro ? "eur" : yen ? "jpy" : "usd", order);
            if (i % 12 == 8) all.refund(charge, amount / 2, "requested_by_customer");
        });
    }
}

// Customers who ask for refunds again and again.
void plan_refunds(business& all) {
    struct returned {
        who of;
        double days_ago;
        std::int64_t amount;
        std::int64_t back;  // 0: all of it
        const char* reason;
    };
    static constexpr returned list[] = {
        {marco, 47.3, 6400, 0, "requested_by_customer"},
        {marco, 29.2, 8800, 4400, "requested_by_customer"},
        {marco, 11.4, 5200, 0, "duplicate"},
        {priya, 38.5, 12900, 6450, "requested_by_customer"},
        {priya, 20.6, 7900, 0, "requested_by_customer"},
        {priya, 6.2, 9900, 3300, "requested_by_customer"},
        {omar, 16.1, 2400, 0, "fraudulent"},
        {chloe, 52.6, 6900, 0, "requested_by_customer"},
    };
    for (const auto& each : list) {
        const auto name = "refund" + std::to_string(each.days_ago);
        all.time.at(each.days_ago, [&all, &each, name] {
            all.kept[name] = all.pay(each.of, each.amount, "usd", "Workshop materials");
        });
        all.time.at(each.days_ago - 2.5,
                    [&all, &each, name] { all.refund(all.kept[name], each.back, each.reason); });
    }
}

void plan_disputes(business& all) {
    struct disputed {
        who of;
        std::int64_t amount;
        const char* reason;
        double paid;    // days ago
        double opened;  // days ago
        double due;     // days ahead
        const char* end;
    };
    static constexpr disputed list[] = {
        {derek, 45000, "fraudulent", 31.4, 5.8, 3, nullptr},
        {chloe, 12900, "product_not_received", 24.7, 4.3, 9, nullptr},
        {liam, 8900, "duplicate", 19.1, 3.2, 14, nullptr},
        {grace, 19900, "subscription_canceled", 74.2, 60.5, -45, "won"},
        {hannah, 5900, "product_unacceptable", 68.8, 52.1, -37, "lost"},
    };
    for (const auto& each : list) {
        const std::string name = each.reason;
        all.time.at(each.paid, [&all, &each, name] {
            all.kept[name] = all.pay(each.of, each.amount, "usd", "Studio equipment rental");
        });
        all.time.at(each.opened, [&all, &each, name] {
            auto& in = all.time.in();
            auto* charge = in.data.find("charge", all.kept[name]);
            const auto ahead = static_cast<std::int64_t>(each.opened + each.due);
            const auto due = (in.now() / day_s + ahead + 1) * day_s - 1;
            all.kept[name] = text_of(open_dispute(in, *charge, each.reason, due), "id");
        });
        if (each.end == nullptr) continue;
        all.time.at(each.opened - 20, [&all, &each, name] {
            auto* dispute = all.time.in().data.find("dispute", all.kept[name]);
            (*dispute)["evidence_details"]["submission_count"] = 1;
            (*dispute)["evidence_details"]["has_evidence"] = true;
            end_dispute(all.time.in(), *dispute, each.end);
        });
    }
}

// Starts the next period of a subscription: its invoice, and past_due if the card fails.
void renew(business& all, const std::string& id, const std::string& card) {
    auto& in = all.time.in();
    auto& row = *in.data.find("subscription", id);
    auto& customer = *in.data.find("customer", text_of(row, "customer"));
    auto& item = row["items"]["data"][0];
    const auto from = int_of(item, "current_period_end");
    const auto to = add_interval(from, text_of(item["price"]["recurring"], "interval"), 1);
    item["current_period_start"] = from;
    item["current_period_end"] = to;
    auto& invoice = make_invoice(in, customer, text_of(row, "currency"), "subscription_cycle", id);
    row["latest_invoice"] = invoice.at("id");
    const auto* product = in.data.find("product", text_of(item["price"], "product"));
    add_line(in, invoice,
             {int_of(item["price"], "unit_amount"),
              1,
              "1 × " + text_of(*product, "name"),
              &item["price"],
              id,
              text_of(item, "id"),
              {},
              from,
              to});
    finalize_invoice(in, invoice);
    auto* method = card.empty() ? default_payment_method(in, customer)
                                : &make_payment_method(in, *find_card(card));
    if (pay_invoice(in, invoice, *method)) return;
    row["status"] = "past_due";
    invoice["next_payment_attempt"] = in.now() + 3 * day_s;
    in.emit("customer.subscription.updated", row);
}

void plan_subscription(business& all, who of, const std::string& price, double since,
                       json extra = json::object()) {
    const auto name = "sub " + std::to_string(of);
    all.time.at(since, [&all, of, price, name, extra] {
        auto params = extra;
        params["customer"] = all.customer(of);
        params["items"] = json::array({{{"price", all.prices[price]}}});
        all.kept[name] = text_of(all.time.run("POST", "/v1/subscriptions", params), "id");
    });
    if (extra.contains("trial_period_days")) return;
    // A month has 28 to 31 days, so renewals come shortly after the period's end.
    for (double day = since - 31; day > 0; day -= 31) {
        const bool fails = of == jordan && day < 31;
        all.time.at(day, [&all, name, fails] {
            const auto* row = all.time.in().data.find("subscription", all.kept[name]);
            if (text_of(*row, "status") != "active") return;
            renew(all, all.kept[name], fails ? "pm_card_chargeDeclinedInsufficientFunds" : "");
        });
    }
}

void plan_subscriptions(business& all) {
    plan_subscription(all, sarah, "pro", 86.5);
    plan_subscription(all, alice, "team", 80.2);
    plan_subscription(all, jordan, "pro", 35.9);
    plan_subscription(all, hannah, "pro_eur", 64.4);
    plan_subscription(all, priya, "starter", 22.3);
    plan_subscription(all, grace, "pro", 5.1, {{"trial_period_days", 14}});
    plan_subscription(all, omar, "starter", 58.7);
    all.time.at(12.5, [&all] {
        all.time.run("DELETE", "/v1/subscriptions/" + all.kept["sub " + std::to_string(omar)],
                     json::object());
    });
    all.time.at(8.4, [&all] {
        all.time.run("POST", "/v1/subscriptions/" + all.kept["sub " + std::to_string(priya)],
                     {{"cancel_at_period_end", true}});
    });
}

// One manual invoice in each status.
void plan_invoices(business& all) {
    struct bill {
        who of;
        double days_ago;
        std::int64_t amount;
        const char* verb;  // behind create and finalize
    };
    static constexpr bill list[] = {{liam, 4.4, 98000, ""},
                                    {marco, 9.3, 42000, "send"},
                                    {grace, 34.2, 64000, "pay"},
                                    {chloe, 45.1, 18000, "void"},
                                    {derek, 66.6, 27000, "mark_uncollectible"}};
    for (const auto& each : list)
        all.time.at(each.days_ago, [&all, &each] {
            const std::string verb = each.verb;
            auto& time = all.time;
            time.run("POST", "/v1/invoiceitems",
                     {{"customer", all.customer(each.of)},
                      {"amount", each.amount},
                      {"currency", "usd"},
                      {"description", "Consulting"}});
            json params{{"customer", all.customer(each.of)},
                        {"pending_invoice_items_behavior", "include"}};
            if (verb != "pay") params["collection_method"] = "send_invoice";
            if (verb != "pay") params["days_until_due"] = 30;
            const auto path =
                "/v1/invoices/" + text_of(time.run("POST", "/v1/invoices", params), "id") + "/";
            if (verb.empty()) return;
            time.run("POST", path + "finalize", json::object());
            time.run("POST", path + verb, json::object());
        });
}

void plan_links(business& all) {
    all.time.at(30, [&all] {
        all.time.run(
            "POST", "/v1/payment_links",
            {{"line_items", json::array({{{"price", all.prices["workshop"]}, {"quantity", 1}}})}});
    });
    all.time.at(0.1, [&all] {
        all.time.run("POST", "/v1/checkout/sessions",
                     {{"mode", "payment"},
                      {"customer", all.customer(alice)},
                      {"success_url", "https://example.com/welcome"},
                      {"line_items",
                       json::array({{{"price", all.prices["onboarding"]}, {"quantity", 1}}})}});
    });
}

// Larger sales and recent ones: for payouts, a balance, and Sarah's latest charge.
void plan_last_days(business& all) {
    all.time.at(12.2, [&all] { all.pay(hannah, 96000, "usd", "Team workshop"); });
    all.time.at(5.5, [&all] { all.pay(omar, 180000, "usd", "Onboarding, one day"); });
    all.time.at(2.8, [&all] { all.pay(sarah, 7900, "usd", "Workshop seat"); });
    all.time.at(2.6, [&all] { all.pay(alice, 250000, "usd", "Onboarding"); });
    all.time.at(0.4, [&all] { all.pay(liam, 2400, "usd", "Order 4260"); });
    all.time.at(0.9, [&all] { all.pay(grace, 12500, "usd", "Order 4259"); });
}

void plan_payouts(business& all) {
    for (const double days_ago : {23.0, 16.0, 9.0, 2.0})
        all.time.at(days_ago, [&all] {
            auto& in = all.time.in();
            automatic_payout(in, "usd", (in.now() / day_s + 3) * day_s);
        });
}

}  // namespace

void write_history(world& in, const routes& table) {
    timeline time{in, table};
    business all{time, {}, {}, {}};
    plan_catalogue(all);
    plan_customers(all);
    plan_sales(all);
    plan_refunds(all);
    plan_disputes(all);
    plan_subscriptions(all);
    plan_invoices(all);
    plan_links(all);
    plan_last_days(all);
    plan_payouts(all);
    time.play();
}

}  // namespace tollgate::sandbox
