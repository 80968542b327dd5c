#include "stripe/tools/effect_text.hpp"

#include <algorithm>
#include <array>

#include "base/json_text.hpp"
#include "stripe/answer/text.hpp"
#include "stripe/catalog/money.hpp"
#include "stripe/state/subjects.hpp"

namespace tollgate::stripe {

namespace {

namespace dom = simdjson::dom;

// Arguments that affect the form of the answer, not the effect of the call.
constexpr std::string_view operation_key_name = "operation_key";
constexpr std::array<std::string_view, 5> looks{"expand", "fields", "idempotency_key",
                                                operation_key_name, "max_tokens"};

std::string visible_text(std::string_view text) {
    const auto masked = mask_secrets(base::clipped_text(text, effect_value_max));
    flat_text out{masked.size() + 64};
    out.put_string(masked);
    std::string written{out.view()};
    if (text.size() > effect_value_max) written += " (shortened)";
    return written;
}

// The client also chooses names: a name that is not a plain word is quoted.
std::string name_text(std::string_view name) {
    const bool plain = !name.empty() && std::ranges::all_of(name, [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               c == '_' || c == '-';
    });
    return plain ? std::string(base::clipped_text(name, effect_value_max)) : visible_text(name);
}

std::string amount_in_words(std::int64_t amount, std::string_view currency) {
    const auto text = format_amount(amount, currency);
    if (!text.empty()) return " (" + text + ")";
    return " (of the smallest unit: " + format_amount(amount, "usd") + ", or " +
           format_amount(amount, "jpy") + ", by the currency)";
}

// True if the argument has no influence on the effect. All other arguments of a service's tool are
// sent to the service.
bool only_looks(std::string_view name, bool of_service) {
    if (of_service) return name == operation_key_name;
    return std::ranges::find(looks, name) != looks.end();
}

// The arguments, one value per line.
class effect_lines {
public:
    // The unit of a service's amounts is unknown.
    explicit effect_lines(bool of_service) : of_service_(of_service) {}

    void add_members(dom::object from, const std::string& path, std::string_view currency) {
        std::string_view own;
        if (from["currency"].get(own) == simdjson::SUCCESS) currency = own;
        for (const auto member : from) {
            const bool top = path.empty();
            if (top && only_looks(member.key, of_service_)) continue;
            add(member.value, top ? name_text(member.key) : path + '.' + name_text(member.key),
                member.key, currency);
        }
    }

    void add_line(const std::string& text) {
        if (++count_ > effect_lines_max) return;
        out_ += "\n- " + text;
    }

    std::string take() {
        if (count_ > effect_lines_max)
            out_ += "\n- and " + std::to_string(count_ - effect_lines_max) +
                    " more values that are not shown here";
        return std::move(out_);
    }

private:
    void add(dom::element value, const std::string& path, std::string_view name,
             std::string_view currency) {
        dom::object object;
        dom::array array;
        if (value.get(object) == simdjson::SUCCESS) return add_members(object, path, currency);
        if (value.get(array) == simdjson::SUCCESS) {
            std::size_t index = 0;
            for (const auto each : array)
                add(each, path + '[' + std::to_string(index++) + ']', name, currency);
            return;
        }
        std::string_view text;
        std::int64_t number = 0;
        std::string line = path + ": ";
        if (value.get(text) == simdjson::SUCCESS) {
            line += visible_text(text);
        } else {
            line += simdjson::minify(value);
            if (!of_service_ && is_amount_name(name) && value.get(number) == simdjson::SUCCESS)
                line += amount_in_words(number, currency);
        }
        add_line(line);
    }

    bool of_service_;
    std::string out_;
    std::size_t count_ = 0;
};

bool refunds_all(const given_arguments& given) {
    const auto& called = given.called();
    return called.method() == http_method::post &&
           (called.path_template().ends_with("/refunds") ||
            called.path_template().ends_with("/refund")) &&
           called.find_parameter("amount") != nullptr && !given.find("amount");
}

// "a refund of 20.00 USD, of 49.99 USD that remain to be refunded", from the state that was just
// read. Empty for calls that refund nothing.
std::string refund_line(const given_arguments& given, const tenancy::state_facts& state) {
    const bool pays_back = (states_of(given.called()) & bit(tenancy::state_kind::remaining)) != 0;
    if (!pays_back || !state.remaining) return {};
    const auto words = [&](std::int64_t amount) {
        const auto text = format_amount(amount, state.currency);
        return text.empty() ? std::to_string(amount) : text;
    };
    std::int64_t asked = *state.remaining;
    const auto amount = given.find("amount");
    if (amount && !amount->is_null() && amount->get(asked) != simdjson::SUCCESS) return {};
    std::string out = "a refund of " + words(asked) + ", of " + words(*state.remaining) +
                      " that remain to be refunded";
    if (state.total) out += " of a payment of " + words(*state.total);
    return out;
}

}  // namespace

std::string effect_text(const given_arguments& given, const tenancy::grant& grant,
                        const tenancy::state_facts* state) {
    const auto& called = given.called();
    const bool live = grant.account->mode == tenancy::account_mode::live;
    std::string out{called.title()};
    if (const auto& service = grant.account->service)
        out += " at " + service->base_url() + (live ? "" : ", an account for tests");
    else
        out += live ? " on a LIVE Stripe account" : " on a Stripe account in test mode";
    if (!grant.account->stripe_account.empty())
        out += ", for the connected account " + grant.account->stripe_account;
    out += " (" + std::string(called.tool_name()) + "):";
    effect_lines lines{called.made != nullptr};
    lines.add_members(given.object(), {}, {});
    if (refunds_all(given)) lines.add_line("amount: not given, so all that is left of the payment");
    if (state != nullptr)
        if (const auto line = refund_line(given, *state); !line.empty()) lines.add_line(line);
    const auto shown = lines.take();
    out += shown.empty() ? "\n- without arguments" : shown;
    if (grant.account->service) {
        out += live ? "\nReal data." : "\nNo real data.";
        return out;
    }
    out += live ? "\nReal money and real customers." : "\nNo real money moves.";
    return out;
}

}  // namespace tollgate::stripe
