#include "stripe/finder/guess_words.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "stripe/finder/words.hpp"

namespace tollgate::stripe {

namespace {

// Sorted by word.
constexpr std::array<meant_action, 86> actions{{
    {"activate", "update", 0.9F},    {"add", "create", 1.0F},        {"add", "attach", 0.8F},
    {"archive", "update", 0.9F},     {"cancel", "delete", 0.9F},     {"change", "update", 1.0F},
    {"close", "expire", 0.9F},       {"close", "cancel", 0.8F},      {"collect", "create", 0.7F},
    {"commit", "create", 0.8F},      {"deactivate", "update", 0.9F}, {"del", "delete", 1.0F},
    {"del", "cancel", 0.95F},        {"del", "detach", 0.95F},       {"delete", "cancel", 0.95F},
    {"delete", "detach", 0.95F},     {"describe", "get", 1.0F},      {"destroy", "delete", 1.0F},
    {"disable", "deactivate", 1.0F}, {"disable", "update", 0.9F},    {"download", "get", 1.0F},
    {"edit", "update", 1.0F},        {"email", "send", 1.0F},        {"enable", "activate", 1.0F},
    {"enable", "update", 0.9F},      {"end", "cancel", 0.9F},        {"fetch", "get", 1.0F},
    {"fetch", "list", 0.85F},        {"finalise", "finalize", 1.0F}, {"find", "search", 1.0F},
    {"find", "list", 0.9F},          {"find", "get", 0.8F},          {"freeze", "update", 0.8F},
    {"generate", "create", 1.0F},    {"get", "list", 0.85F},         {"insert", "create", 1.0F},
    {"issue", "create", 1.0F},       {"list", "get", 0.7F},          {"lock", "update", 0.8F},
    {"lookup", "search", 1.0F},      {"lookup", "list", 0.9F},       {"lookup", "get", 0.85F},
    {"make", "create", 1.0F},        {"modify", "update", 1.0F},     {"new", "create", 0.95F},
    {"open", "create", 0.9F},        {"patch", "update", 1.0F},      {"post", "create", 1.0F},
    {"put", "update", 1.0F},         {"query", "search", 1.0F},      {"query", "list", 0.9F},
    {"read", "get", 1.0F},           {"read", "list", 0.85F},        {"record", "create", 0.9F},
    {"register", "create", 1.0F},    {"reject", "decline", 0.9F},    {"remove", "delete", 1.0F},
    {"remove", "detach", 0.95F},     {"remove", "cancel", 0.8F},     {"rename", "update", 1.0F},
    {"report", "create", 0.9F},      {"resend", "send", 1.0F},       {"retrieve", "get", 1.0F},
    {"retrieve", "list", 0.85F},     {"retry", "pay", 0.9F},         {"retry", "confirm", 0.8F},
    {"revoke", "cancel", 0.9F},      {"run", "create", 0.9F},        {"save", "update", 0.9F},
    {"save", "create", 0.85F},       {"search", "list", 0.9F},       {"set", "update", 1.0F},
    {"show", "get", 1.0F},           {"show", "list", 0.85F},        {"start", "create", 0.9F},
    {"stop", "cancel", 0.9F},        {"submit", "update", 0.8F},     {"suspend", "pause", 0.9F},
    {"terminate", "cancel", 0.9F},   {"unfreeze", "update", 0.8F},   {"unlock", "update", 0.8F},
    {"unpause", "resume", 1.0F},     {"upload", "create", 1.0F},     {"view", "get", 1.0F},
    {"view", "list", 0.85F},         {"write", "create", 0.8F},
}};
static_assert(std::ranges::is_sorted(actions, {}, &meant_action::word));

struct pair_of_parts {
    std::string_view first;
    std::string_view second;
    std::string_view one;
};
constexpr pair_of_parts pairs[] = {
    {"invoice", "item", "invoiceitem"},
    {"invoice", "items", "invoiceitems"},
    {"line", "item", "line"},
    {"line", "items", "lines"},
    {"top", "up", "topup"},
    {"top", "ups", "topups"},
    {"card", "holder", "cardholder"},
    {"card", "holders", "cardholders"},
    {"web", "hook", "webhook"},
    {"web", "hooks", "webhooks"},
};

constexpr std::pair<std::string_view, std::string_view> things[] = {
    {"chargeback", "dispute"},
    {"chargebacks", "disputes"},
    {"promo", "promotion"},
};

// All of `said` in a name, whatever else is in it.
struct spoken_name {
    std::string_view said;  // with blanks between
    std::string_view meant;
};

constexpr spoken_name spoken_names[] = {
    {"refund payment intent", "create refund"},
    {"refund payment", "create refund"},
    {"refund charge", "create refund"},
    {"refund customer", "create refund"},
    {"refund order", "create refund"},
    {"refund invoice", "create refund"},
    {"preview invoice", "create invoice preview"},
    {"upcoming invoice", "create invoice preview"},
    {"respond dispute", "update dispute"},
    {"submit dispute", "update dispute"},
    {"dispute evidence", "update dispute"},
    {"accept dispute", "close dispute"},
    {"reverse transfer", "create transfer reversal"},
    {"calculate tax", "create tax calculation"},
    {"charge customer", "create payment intent"},
    {"charge card", "create payment intent"},
    {"invoice customer", "create invoice"},
    {"subscribe customer", "create subscription"},
    {"send money", "create transfer"},
    {"transfer funds", "create transfer"},
    {"delete subscription", "cancel subscription"},
    {"current account", "get current account"},
    {"onboarding link", "create account link"},
    {"quote download", "get quote pdf"},
};

template <std::size_t Size>
bool is_one_of(const std::array<std::string_view, Size>& sorted, std::string_view word) {
    return std::ranges::binary_search(sorted, word);
}

}  // namespace

std::span<const meant_action> actions_meant(std::string_view word) {
    const auto found = std::ranges::equal_range(actions, word, {}, &meant_action::word);
    return {found.begin(), found.end()};
}

bool is_name_filler(std::string_view word) {
    static constexpr std::array<std::string_view, 13> all{
        "a", "all", "an", "api", "by", "id", "ids", "mcp", "single", "stripe", "the", "tool", "v1"};
    return is_one_of(all, word);
}

bool is_preposition(std::string_view word) {
    static constexpr std::array<std::string_view, 8> all{"by", "for", "from", "in",
                                                         "of", "on",  "to",   "with"};
    return is_one_of(all, word);
}

bool is_command_verb(std::string_view word) {
    static constexpr std::array<std::string_view, 16> all{
        "attach", "cancel", "capture", "close",    "confirm", "create", "delete", "detach",
        "list",   "pay",    "resume",  "retrieve", "search",  "send",   "update", "void"};
    return is_one_of(all, word);
}

std::vector<std::string> joined_pairs(std::vector<std::string> parts) {
    std::vector<std::string> out;
    for (auto& part : parts) {
        for (const auto& [said, meant] : things)
            if (part == said) part = meant;
        const auto pair = std::ranges::find_if(pairs, [&](const pair_of_parts& one) {
            return !out.empty() && one.first == out.back() && one.second == part;
        });
        if (pair != std::ranges::end(pairs))
            out.back() = pair->one;
        else
            out.push_back(std::move(part));
    }
    return out;
}

std::vector<std::string> replaced_name(std::vector<std::string> parts) {
    for (const auto& one : spoken_names) {
        std::size_t said = 0;
        bool all = true;
        each_part(one.said, ' ', [&](std::string_view word) {
            ++said;
            all = all && std::ranges::find(parts, word) != parts.end();
        });
        if (!all || parts.size() > said + 1) continue;
        std::vector<std::string> out;
        each_part(one.meant, ' ', [&](std::string_view word) { out.emplace_back(word); });
        return out;
    }
    return parts;
}

}  // namespace tollgate::stripe
