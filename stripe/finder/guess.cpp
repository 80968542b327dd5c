#include "stripe/finder/guess.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>

#include "stripe/finder/guess_words.hpp"
#include "stripe/finder/words.hpp"

namespace tollgate::stripe {

namespace {

// A worse fit is none.
constexpr float fits_min = 0.45F;
// What the operation's name says beyond the guess counts less than what the guess says beyond it.
constexpr float unsaid = 0.6F;
// The thing that a guess ends with is the one it is about; what comes after "by" or "for" is not.
constexpr float head = 1.5F;
constexpr float aside = 0.3F;
// "get" of a thing in the plural, where there is no list.
constexpr float few_got = 0.8F;

bool is_letter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
bool is_capital(char c) {
    return c >= 'A' && c <= 'Z';
}
bool is_small(char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

std::string small(std::string_view text) {
    std::string out{text};
    for (auto& c : out)
        if (is_capital(c)) c = static_cast<char>(c - 'A' + 'a');
    return out;
}

// "invoices" is "invoice", "capabilities" is "capability"; "status" and "address" stay.
std::string singular(std::string word) {
    const auto ends = [&](std::string_view with) { return word.ends_with(with); };
    if (word.size() < 4 || !ends("s") || ends("ss") || ends("us")) return word;
    if (ends("ies")) return word.replace(word.size() - 3, 3, "y");
    if (ends("sses") || ends("xes") || ends("ches")) return word.erase(word.size() - 2);
    word.pop_back();
    return word;
}

// The parts of a name, in lower case: at every sign, and where a capital follows a small letter.
std::vector<std::string> parts_of(std::string_view name) {
    std::vector<std::string> out;
    std::string part;
    const auto finish = [&] {
        if (!part.empty()) out.push_back(small(part));
        part.clear();
    };
    for (std::size_t i = 0; i < name.size() && name[i] != '('; ++i) {
        const char c = name[i];
        if (!is_small(c) && !is_capital(c)) {
            finish();
            continue;
        }
        if (is_capital(c) && i > 0 && is_small(name[i - 1])) finish();
        part += c;
    }
    finish();
    return out;
}

// Something no plain word has: "_", "::", a dot or a capital within. A hyphen counts where the name
// is all there is.
bool looks_like_name(std::string_view word, bool alone) {
    for (std::size_t i = 1; i + 1 < word.size(); ++i) {
        const char before = word[i - 1];
        const char c = word[i];
        if (c == '(') return false;
        if (c == '_' || c == '\\' || (c == ':' && word[i + 1] == ':')) return true;
        if (c == '-' && alone) return true;
        if (c == '.' && is_letter(before) && is_letter(word[i + 1])) return true;
        if (is_capital(c) && is_small(before)) return true;
    }
    return false;
}

std::optional<http_method> method_named(std::string_view word) {
    const auto name = small(word);
    if (name == "get") return http_method::get;
    if (name == "delete") return http_method::delete_;
    if (name == "post" || name == "put" || name == "patch") return http_method::post;
    return std::nullopt;
}

// "https://api.stripe.com/v1/refunds?limit=1" is "/v1/refunds".
std::string path_in(std::string_view word) {
    if (const auto host = word.find("://"); host != word.npos)
        word.remove_prefix(std::min(word.size(), word.find('/', host + 3)));
    word = word.substr(0, word.find_first_of("?#"));
    while (!word.empty() && !is_letter(word.back()) && !is_small(word.back()) && word.back() != '}')
        word.remove_suffix(1);
    std::string out;
    if (!word.starts_with('/')) out += '/';
    out += word;
    if (!out.starts_with("/v1/") && !out.starts_with("/v2/")) out.insert(0, "/v1");
    return out;
}

std::vector<std::string_view> blanks_apart(std::string_view text) {
    std::vector<std::string_view> out;
    std::size_t at = 0;
    while (at < text.size() && out.size() < request_words_max) {
        at = text.find_first_not_of(" \t\r\n", at);
        if (at == text.npos) break;
        const auto end = std::min(text.size(), text.find_first_of(" \t\r\n", at));
        out.push_back(text.substr(at, end - at));
        at = end;
    }
    return out;
}

}  // namespace

guess_reader::guess_reader(std::span<const indexed_operation> all) {
    std::vector<float> holding;
    const auto count = [&](word_id which) {
        holding.resize(std::max<std::size_t>(holding.size(), which + 1U), 0);
        holding[which] += 1;
    };
    for (const auto& one : all) {
        const auto name = one.which->tool_name();
        positions_.emplace(name, static_cast<std::uint16_t>(names_.size()));
        auto& known = names_.emplace_back();
        auto* to = &known.action;
        for (auto& word : joined_pairs(parts_of(name))) {
            if (word == "stripe") to = &known.things;
            if (is_name_filler(word)) continue;
            const auto which = add(singular(std::move(word)));
            if (std::ranges::find(*to, which) != to->end()) continue;
            to->push_back(which);
            if (to == &known.things) count(which);
        }
        priors_.push_back(std::sqrt(one.prior));
    }
    holding.resize(words_.size(), 0);
    for (const float some : holding)
        rarity_.push_back(std::log(1 + static_cast<float>(all.size()) / (1 + some)));
}

guess_reader::word_id guess_reader::add(std::string_view word) {
    return words_.try_emplace(std::string(word), static_cast<word_id>(words_.size())).first->second;
}

guess_reader::word_id guess_reader::find(const std::string& word) const {
    const auto found = words_.find(word);
    return found == words_.end() ? unknown : found->second;
}

std::vector<guessed_operation> guess_reader::read(std::string_view text) const {
    text = text.substr(0, request_bytes_max);
    if (auto found = of_call(text); !found.empty()) return found;
    const auto words = blanks_apart(text);
    for (const auto word : words) {
        if (!looks_like_name(word, words.size() == 1)) continue;
        if (auto found = of_name(word); !found.empty()) return found;
    }
    // "stripe refunds create": a line for Stripe's command.
    if (words.size() < 3 || words[0] != "stripe" || !is_command_verb(words[2])) return {};
    return of_name(std::string(words[1]) + '.' + std::string(words[2]));
}

std::vector<guessed_operation> guess_reader::of_call(std::string_view text) const {
    const auto words = blanks_apart(text);
    for (std::size_t i = 0; i < words.size(); ++i) {
        if (words[i].find('/') == words[i].npos) continue;
        const auto path = path_in(words[i]);
        const auto given = i > 0 ? method_named(words[i - 1]) : std::nullopt;
        for (const auto method : {http_method::get, http_method::post, http_method::delete_}) {
            if (given && *given != method) continue;
            const auto found = match(method, path).found;
            if (found == nullptr) continue;
            const auto at = positions_.find(found->tool_name());
            if (at != positions_.end()) return {{at->second, 1}};
        }
    }
    return {};
}

guess_reader::guess guess_reader::understood(std::string_view name) const {
    guess out;
    auto parts = replaced_name(joined_pairs(parts_of(name)));
    bool beside = false;
    bool action_said = false;
    for (auto& part : parts) {
        if (is_preposition(part)) beside = true;
        const bool filler = is_name_filler(part);
        auto word = singular(part);
        const bool plural = word.size() < part.size();
        const auto which = find(word);
        const float weight =
            which == unknown || filler ? 0 : rarity_[which] * (beside ? aside : 1.0F);
        // "get_invoices" gets many, "invoices.get" one of them.
        const bool verb = !actions_meant(word).empty();
        action_said = action_said || verb;
        if (weight > 0 && !beside && !verb) out.many = plural && action_said;
        const bool again = std::ranges::find(out.words, word, &guess_word::text) != out.words.end();
        out.words.push_back({std::move(word), which, again ? 0 : weight});
    }
    const auto last = std::find_if(out.words.rbegin(), out.words.rend(), [](const auto& one) {
        return one.weight > 0 && actions_meant(one.text).empty();
    });
    if (!beside && last != out.words.rend()) last->weight *= head;
    return out;
}

std::vector<guessed_operation> guess_reader::of_name(std::string_view name) const {
    std::vector<guessed_operation> out;
    if (const auto own = positions_.find(name); own != positions_.end()) return {{own->second, 1}};
    const auto read = understood(name);
    for (std::size_t i = 0; i < names_.size(); ++i) {
        const float fits = fit(read, names_[i]) * priors_[i];
        if (fits >= fits_min) out.push_back({static_cast<std::uint16_t>(i), fits});
    }
    return out;
}

float guess_reader::action_factor(const guess& read, const named& one) const {
    if (one.action.size() != 1) {
        const bool all = std::ranges::all_of(one.action, [&](word_id which) {
            return std::ranges::find(read.words, which, &guess_word::which) != read.words.end();
        });
        return all && !one.action.empty() ? 1.0F : 0.0F;
    }
    float best = 0;
    for (const auto& word : read.words) {
        const auto meanings = actions_meant(word.text);
        // "get_invoices" lists them.
        const bool gets = word.text == "get" || (!meanings.empty() && meanings[0].action == "get");
        const bool lists = gets && read.many;
        if (word.which == one.action[0]) best = std::max(best, lists ? few_got : 1.0F);
        for (const auto& meant : meanings)
            if (find(std::string(meant.action)) == one.action[0])
                best = std::max(best, lists && meant.action == "list" ? 1.0F : meant.factor);
    }
    return best;
}

float guess_reader::fit(const guess& read, const named& one) const {
    const float action = action_factor(read, one);
    if (action == 0) return 0;
    const auto has = [](const std::vector<word_id>& words, word_id which) {
        return std::ranges::find(words, which) != words.end();
    };
    float shared = 0;
    float all = 0;
    for (const auto& word : read.words) {
        if (word.weight == 0) continue;
        const bool action_word = has(one.action, word.which) || !actions_meant(word.text).empty();
        if (has(one.things, word.which) || (one.action.size() > 1 && has(one.action, word.which)))
            shared += word.weight;
        else if (action_word)
            continue;
        all += word.weight;
    }
    if (shared == 0) return 0;
    for (const auto which : one.things) {
        const bool said =
            std::ranges::find(read.words, which, &guess_word::which) != read.words.end();
        if (!said) all += unsaid * rarity_[which];
    }
    return action * shared / all;
}

}  // namespace tollgate::stripe
