#include "stripe/answer/tokens.hpp"

#include <algorithm>
#include <array>
#include <cstddef>

namespace tollgate::stripe {

namespace {

// A kind of byte, or a boundary between two kinds.
enum feature : std::uint8_t {
    lower,   // a-z
    upper,   // A-Z
    digit,   // 0-9
    wide,    // bytes of characters beyond ASCII
    blank,   // space and line ends
    mark,    // everything else: quotes, braces, commas
    marks,   // the first of a run of marks
    change,  // inside a word, between letter and digit or from lower to upper case, as in ids
    features,
};

using counts = std::array<std::uint64_t, features>;

// Thousandths of a token, fitted to the texts of tests/interop/tokens.test.mjs.
constexpr counts openai_weights{88, 93, 397, 500, 587, 212, 990, 1356};
constexpr counts claude_weights{95, 100, 330, 650, 490, 200, 1140, 1360};

using byte = unsigned char;

constexpr byte within(byte c, char first, unsigned size) {
    return static_cast<byte>(static_cast<byte>(c - static_cast<byte>(first)) < size);
}

// Adds the counts of `size` bytes, at most 255, each with a byte before it. Byte-wide sums and no
// branches, so that the compiler can vectorize it.
[[gnu::always_inline]] inline void count_block(const byte* at, std::size_t size, counts& into) {
    std::array<byte, features> sum{};
    const byte* const one_before = at - 1;  // at[i - 1] would overflow the offset at 0
    for (std::size_t i = 0; i < size; ++i) {
        const byte c = at[i];
        const byte before = one_before[i];
        const byte small = within(c, 'a', 26);
        const byte capital = within(c, 'A', 26);
        const byte number = within(c, '0', 10);
        const byte high = static_cast<byte>(c >= 0x80);
        const byte space =
            static_cast<byte>(static_cast<byte>(c == ' ') | static_cast<byte>(c == '\n'));
        const byte other = static_cast<byte>((small | capital | number | high | space) ^ 1);
        const byte small_before = within(before, 'a', 26);
        const byte letter_before = static_cast<byte>(small_before | within(before, 'A', 26));
        const byte number_before = within(before, '0', 10);
        const byte space_before =
            static_cast<byte>(static_cast<byte>(before == ' ') | static_cast<byte>(before == '\n'));
        const byte other_before = static_cast<byte>(
            (letter_before | number_before | space_before | static_cast<byte>(before >= 0x80)) ^ 1);
        sum[lower] = static_cast<byte>(sum[lower] + small);
        sum[upper] = static_cast<byte>(sum[upper] + capital);
        sum[digit] = static_cast<byte>(sum[digit] + number);
        sum[wide] = static_cast<byte>(sum[wide] + high);
        sum[blank] = static_cast<byte>(sum[blank] + space);
        sum[mark] = static_cast<byte>(sum[mark] + other);
        sum[marks] = static_cast<byte>(sum[marks] + (other & (other_before ^ 1)));
        sum[change] =
            static_cast<byte>(sum[change] + ((capital & small_before) | (number & letter_before) |
                                             ((small | capital) & number_before)));
    }
    for (std::size_t i = 0; i < features; ++i) into[i] += sum[i];
}

constexpr std::size_t block = 240;  // bytes; the most that byte-wide sums can hold

[[gnu::always_inline]] inline void count_all(const byte* at, std::size_t size, counts& into) {
    for (std::size_t i = 0; i < size; i += block)
        count_block(at + i, std::min(block, size - i), into);
}

void count_plain(const byte* at, std::size_t size, counts& into) {
    count_all(at, size, into);
}

#if defined(__x86_64__)
[[gnu::target("avx2")]] void count_wide(const byte* at, std::size_t size, counts& into) {
    count_all(at, size, into);
}
#endif

using counter = void (*)(const byte*, std::size_t, counts&);

// Chosen once for the current processor.
counter best_counter() noexcept {
#if defined(__x86_64__)
    if (__builtin_cpu_supports("avx2") != 0) return count_wide;
#endif
    return count_plain;
}

std::uint64_t weigh(const counts& found, const counts& weights) {
    std::uint64_t thousandths = 0;
    for (std::size_t i = 0; i < features; ++i) thousandths += found[i] * weights[i];
    return (thousandths + 999) / 1000;
}

}  // namespace

token_estimates estimate_tokens_by_family(std::string_view text) noexcept {
    counts found{};
    static const counter count = best_counter();
    // The first byte has none before it: it counts as if a space were there.
    if (!text.empty()) {
        const std::array<byte, 2> start{' ', static_cast<byte>(text.front())};
        count(start.data() + 1, 1, found);
        count(reinterpret_cast<const byte*>(text.data()) + 1, text.size() - 1, found);
    }
    return {weigh(found, openai_weights), weigh(found, claude_weights)};
}

std::uint64_t estimate_tokens(std::string_view text) noexcept {
    const auto each = estimate_tokens_by_family(text);
    return std::max(each.openai, each.claude);
}

}  // namespace tollgate::stripe
