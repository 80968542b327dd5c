#include "stripe/answer/tokens.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

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

using counts = token_counts;
static_assert(counts{}.size() == features);

// Thousandths of a token, fitted to the texts of tests/interop/tokens.test.mjs.
constexpr counts openai_weights{88, 93, 397, 500, 587, 212, 990, 1356};
constexpr counts claude_weights{95, 100, 330, 650, 490, 200, 1140, 1360};

using byte = unsigned char;

constexpr std::size_t block = 64;  // bytes that are looked at together

// For each kind but marks: which bytes of a block are of it, the first byte as the lowest bit.
struct kinds {
    std::uint64_t small = 0, capital = 0, number = 0, high = 0, space = 0;
};

// The counts of a text, block by block. `Classify` finds the kinds of a block.
template <typename Classify>
[[gnu::always_inline]] inline void count_blocks(std::string_view text, counts& into) noexcept {
    const auto* at = reinterpret_cast<const byte*>(text.data());
    std::size_t size = text.size();
    // The highest bit of each: what the byte before the block is. Before the text, a space.
    std::uint64_t small_last = 0;
    std::uint64_t letter_last = 0;
    std::uint64_t number_last = 0;
    std::uint64_t other_last = 0;
    std::array<byte, block> rest;  // written before it is read
    const auto after = [](std::uint64_t of, std::uint64_t last) {
        return of << 1U | last >> (block - 1);
    };
    const auto add = [&into](feature one, std::uint64_t bytes) {
        into[one] += static_cast<std::uint64_t>(std::popcount(bytes));
    };
    for (; size > 0; at += block, size -= std::min(size, block)) {
        std::uint64_t valid = ~std::uint64_t{0};
        const byte* from = at;
        if (size < block) {
            valid = (std::uint64_t{1} << size) - 1;
            rest.fill(' ');
            std::memcpy(rest.data(), at, size);
            from = rest.data();
        }
        const kinds found = Classify::of(from);
        const std::uint64_t letter = found.small | found.capital;
        const std::uint64_t other = ~(letter | found.number | found.high | found.space);
        add(lower, found.small);
        add(upper, found.capital);
        add(digit, found.number);
        add(wide, found.high);
        add(blank, found.space & valid);
        add(mark, other);
        add(marks, other & ~after(other, other_last));
        add(change, (found.capital & after(found.small, small_last)) |
                        (found.number & after(letter, letter_last)) |
                        (letter & after(found.number, number_last)));
        small_last = found.small;
        letter_last = letter;
        number_last = found.number;
        other_last = other;
    }
}

constexpr byte is_within(byte c, char first, unsigned size) {
    return static_cast<byte>(static_cast<byte>(c - static_cast<byte>(first)) < size);
}

struct plain_kinds {
    static kinds of(const byte* at) noexcept {
        kinds out;
        for (std::size_t i = 0; i < block; ++i) {
            const byte c = at[i];
            out.small |= std::uint64_t{is_within(c, 'a', 26)} << i;
            out.capital |= std::uint64_t{is_within(c, 'A', 26)} << i;
            out.number |= std::uint64_t{is_within(c, '0', 10)} << i;
            out.high |= std::uint64_t{c >= 0x80} << i;
            out.space |= std::uint64_t{c == ' ' || c == '\n'} << i;
        }
        return out;
    }
};

void count_plain(std::string_view text, counts& into) noexcept {
    count_blocks<plain_kinds>(text, into);
}

#if defined(__x86_64__)

// What a byte is, as one bit, found by its low and its high four bits: a bit that both tables have.
// Letters need two bits, because their low bits differ between the two halves of the alphabet.
enum class_bit : byte {
    small_bits = 1 | 2,
    capital_bits = 4 | 8,
    number_bit = 16,
    space_bits = 32 | 64,
};

struct class_tables {
    alignas(16) std::array<byte, 16> low{};
    alignas(16) std::array<byte, 16> high{};
};

constexpr class_tables byte_classes = [] {
    class_tables out;
    out.high[6] = 1;
    out.high[7] = 2;
    out.high[4] = 4;
    out.high[5] = 8;
    out.high[3] = number_bit;
    out.high[2] = 32;
    out.high[0] = 64;
    for (std::size_t low = 0; low < 16; ++low) {
        byte bits = 0;
        if (low >= 1) bits |= 1 | 4;   // a to o
        if (low <= 10) bits |= 2 | 8;  // p to z
        if (low <= 9) bits |= number_bit;
        if (low == 0) bits |= 32;   // a space
        if (low == 10) bits |= 64;  // a line end
        out.low[low] = bits;
    }
    return out;
}();

[[gnu::target("avx2")]] __m256i both_halves(const std::array<byte, 16>& table) noexcept {
    return _mm256_broadcastsi128_si256(
        _mm_load_si128(reinterpret_cast<const __m128i*>(table.data())));
}

struct avx2_kinds {
    // A byte of 0x80 and above has no low bits for a shuffle, and so is of no class.
    [[gnu::target("avx2")]] static __m256i classes_of(__m256i bytes) noexcept {
        const __m256i nibble = _mm256_set1_epi8(15);
        const __m256i high = _mm256_and_si256(_mm256_srli_epi16(bytes, 4), nibble);
        return _mm256_and_si256(_mm256_shuffle_epi8(both_halves(byte_classes.low), bytes),
                                _mm256_shuffle_epi8(both_halves(byte_classes.high), high));
    }
    [[gnu::target("avx2")]] static std::uint32_t without(__m256i classes, byte bits) noexcept {
        const __m256i left = _mm256_and_si256(classes, _mm256_set1_epi8(static_cast<char>(bits)));
        return static_cast<std::uint32_t>(
            _mm256_movemask_epi8(_mm256_cmpeq_epi8(left, _mm256_setzero_si256())));
    }
    // Which of 64 bytes have one of the bits.
    [[gnu::target("avx2")]] static std::uint64_t with(__m256i first, __m256i second,
                                                      byte bits) noexcept {
        return ~(std::uint64_t{without(first, bits)} | std::uint64_t{without(second, bits)} << 32U);
    }
    [[gnu::target("avx2")]] static kinds of(const byte* at) noexcept {
        const auto* const from = reinterpret_cast<const __m256i*>(at);
        const __m256i first = _mm256_loadu_si256(from);
        const __m256i second = _mm256_loadu_si256(from + 1);
        const __m256i first_classes = classes_of(first);
        const __m256i second_classes = classes_of(second);
        const auto high = static_cast<std::uint32_t>(_mm256_movemask_epi8(first)) |
                          std::uint64_t{static_cast<std::uint32_t>(_mm256_movemask_epi8(second))}
                              << 32U;
        return {with(first_classes, second_classes, small_bits),
                with(first_classes, second_classes, capital_bits),
                with(first_classes, second_classes, number_bit), high,
                with(first_classes, second_classes, space_bits)};
    }
};

[[gnu::target("avx2,popcnt")]] void count_wide(std::string_view text, counts& into) noexcept {
    count_blocks<avx2_kinds>(text, into);
}

struct avx512_kinds {
    [[gnu::target("avx512f,avx512bw")]] static __m512i everywhere(
        const std::array<byte, 16>& table) noexcept {
        return _mm512_broadcast_i32x4(
            _mm_load_si128(reinterpret_cast<const __m128i*>(table.data())));
    }
    [[gnu::target("avx512f,avx512bw")]] static std::uint64_t with(__m512i classes,
                                                                  byte bits) noexcept {
        return _mm512_test_epi8_mask(classes, _mm512_set1_epi8(static_cast<char>(bits)));
    }
    [[gnu::target("avx512f,avx512bw")]] static kinds of(const byte* at) noexcept {
        const __m512i bytes = _mm512_loadu_si512(at);
        const __m512i high = _mm512_and_si512(_mm512_srli_epi16(bytes, 4), _mm512_set1_epi8(15));
        const __m512i found =
            _mm512_and_si512(_mm512_shuffle_epi8(everywhere(byte_classes.low), bytes),
                             _mm512_shuffle_epi8(everywhere(byte_classes.high), high));
        return {with(found, small_bits), with(found, capital_bits), with(found, number_bit),
                _mm512_movepi8_mask(bytes), with(found, space_bits)};
    }
};

[[gnu::target("avx512f,avx512bw,popcnt")]] void count_widest(std::string_view text,
                                                             counts& into) noexcept {
    count_blocks<avx512_kinds>(text, into);
}

#endif

std::uint64_t weigh(const counts& found, const counts& weights) {
    std::uint64_t thousandths = 0;
    for (std::size_t i = 0; i < features; ++i) thousandths += found[i] * weights[i];
    return (thousandths + 999) / 1000;
}

}  // namespace

std::span<const token_counter> token_counters() noexcept {
    static const std::array forms{
#if defined(__x86_64__)
        token_counter{"avx512bw",
                      __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("popcnt"),
                      count_widest},
        token_counter{"avx2", __builtin_cpu_supports("avx2") && __builtin_cpu_supports("popcnt"),
                      count_wide},
#endif
        token_counter{"any", true, count_plain}};
    return forms;
}

token_estimates estimate_tokens_by_family(std::string_view text) noexcept {
    counts found{};
    static const auto count = base::fastest_form(token_counters());
    count(text, found);
    return {weigh(found, openai_weights), weigh(found, claude_weights)};
}

std::uint64_t estimate_tokens(std::string_view text) noexcept {
    const auto each = estimate_tokens_by_family(text);
    return std::max(each.openai, each.claude);
}

}  // namespace tollgate::stripe
