#include "server/log/redaction.hpp"

#include <array>
#include <bit>
#include <cstdint>

#include "base/masking.hpp"
#include "base/text.hpp"

namespace tollgate::server {

namespace {

// Characters of RFC 6750's b64token.
bool is_bearer(char c) {
    return base::is_word_character(c) || c == '-' || c == '.' || c == '~' || c == '+' || c == '/' ||
           c == '=';
}

constexpr std::string_view bearer = "earer ";     // after a 'B' or 'b'
constexpr std::string_view signed_token = "eyJ";  // the beginning of {" in base64: a JWT

// The bytes at which a search must check; a secret begins at no other byte.
enum class stop : unsigned char { no, mark, digit, bearer, signed_token };
constexpr std::array<stop, 256> stops = [] {
    std::array<stop, 256> table{};
    for (unsigned char c = '0'; c <= '9'; ++c) table[c] = stop::digit;
    table['_'] = stop::mark;
    table['B'] = table['b'] = stop::bearer;
    table['J'] = stop::signed_token;
    return table;
}();

// The part to mask: `hidden` bytes from `from` on.
struct found {
    std::size_t from = 0;
    std::size_t hidden = 0;
};

template <typename Predicate>
std::size_t run_length(std::string_view text, Predicate in) {
    std::size_t length = 0;
    while (length < text.size() && in(text[length])) ++length;
    return length;
}

// For each byte: the prefixes (one bit each) whose first '_' directly follows it. A byte without
// any rules out a secret.
constexpr std::array<std::uint32_t, 256> prefixes_after = [] {
    static_assert(base::secret_prefixes.size() <= 32);
    std::array<std::uint32_t, 256> table{};
    for (std::size_t i = 0; i < base::secret_prefixes.size(); ++i) {
        const auto each = base::secret_prefixes[i];
        table[static_cast<unsigned char>(each[each.find('_') - 1])] |= std::uint32_t{1} << i;
    }
    return table;
}();

// A key or token whose first '_' is at `mark` and that begins at `done` or later.
found key_around(std::string_view line, std::size_t mark, std::size_t done) {
    if (mark == 0) return {};
    auto possible = prefixes_after[static_cast<unsigned char>(line[mark - 1])];
    for (; possible != 0; possible &= possible - 1) {
        const auto each =
            base::secret_prefixes[static_cast<std::size_t>(std::countr_zero(possible))];
        const auto before = each.find('_');
        if (mark < done + before || !line.substr(mark - before).starts_with(each)) continue;
        const auto from = mark - before + each.size();
        const auto inside = each == base::dashed_prefix ? is_bearer : base::is_word_character;
        if (const auto length = run_length(line.substr(from), inside); length > 0)
            return {from, length};
    }
    return {};
}

// Finds such a key or token, or a client secret (pi_3N…_secret_abc, cs_…_secret_…), which is masked
// after "_secret_".
found secret_around(std::string_view line, std::size_t mark, std::size_t done) {
    if (const auto key = key_around(line, mark, done); key.hidden > 0) return key;
    if (!line.substr(mark).starts_with(base::client_secret_word)) return {};
    const auto from = mark + base::client_secret_word.size();
    return {from, run_length(line.substr(from), base::is_word_character)};
}

// The value after "Bearer " at `at`.
found bearer_at(std::string_view line, std::size_t at) {
    if (!line.substr(at + 1).starts_with(bearer)) return {};
    const auto from = at + 1 + bearer.size();
    return {from, run_length(line.substr(from), is_bearer)};
}

// The rest of a JWT whose "eyJ" ends at `at` and begins at `done` or later; not a JWT if word
// characters precede it.
found signed_token_at(std::string_view line, std::size_t at, std::size_t done) {
    const auto begin = at + 1 - std::min(at + 1, signed_token.size());
    if (begin < done || !line.substr(begin).starts_with(signed_token) ||
        (begin > 0 && base::is_word_character(line[begin - 1])))
        return {};
    return {at + 1, run_length(line.substr(at + 1), is_bearer)};
}

// The secret at `at`, which is a byte of `stops` and not a digit within a word; if there is none,
// hidden is 0 and from is where to continue.
found look_at(std::string_view line, std::size_t at, std::size_t done) {
    const auto kind = stops[static_cast<unsigned char>(line[at])];
    found hit;
    if (kind == stop::mark) hit = secret_around(line, at, done);
    if (kind == stop::bearer) hit = bearer_at(line, at);
    if (kind == stop::signed_token) hit = signed_token_at(line, at, done);
    if (hit.hidden > 0) return hit;
    if (kind != stop::digit) return {at + 1, 0};
    // Skips a whole number, so that its end is not taken for another.
    const auto digits = run_length(line.substr(at), base::is_digit);
    const auto card = base::card_number_at(line.substr(at));
    return card > 0 ? found{at, card} : found{at + digits, 0};
}

}  // namespace

std::string_view redact(std::string_view line, std::string& scratch) {
    scratch.clear();
    std::size_t done = 0;
    for (std::size_t at = 0; at < line.size();) {
        const auto kind = stops[static_cast<unsigned char>(line[at])];
        // Digits within a word (an id) do not begin a number.
        const bool passed = kind == stop::digit && at > 0 && base::is_word_character(line[at - 1]);
        if (kind == stop::no || passed) {
            ++at;
            continue;
        }
        const auto hit = look_at(line, at, done);
        at = hit.from + hit.hidden;
        if (hit.hidden == 0) continue;
        scratch.append(line.substr(done, hit.from - done)).append(base::mask);
        done = at;
    }
    if (done == 0) return line;
    return scratch.append(line.substr(done));
}

std::string redact(std::string_view line) {
    std::string scratch;
    return std::string(redact(line, scratch));
}

}  // namespace tollgate::server
