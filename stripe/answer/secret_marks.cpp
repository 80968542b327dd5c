#include "stripe/answer/secret_marks.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>

#include "base/masking.hpp"

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace tollgate::stripe {

namespace {

// Parts of keys, webhook secrets, client secrets, cryptograms, "issuing cards", codes and tokens,
// and of our own tokens.
constexpr std::array<std::string_view, 16> marks{"k_te", "k_li", "k_or", "whs",  "secr", "cry",
                                                 "g.c",  "h_co", "h_to", "tgm_", "tgs_", "tgk_",
                                                 "tgr_", "tga_", "tgp_", "tgi_"};
constexpr std::size_t shortest = 3;
constexpr std::size_t beyond = 3;  // bytes of the longest mark after its first

// For each of a mark's first three bytes: which marks (a bit each) a byte may stand in.
constexpr std::array<std::array<std::uint16_t, 256>, shortest> marks_of_byte = [] {
    std::array<std::array<std::uint16_t, 256>, shortest> out{};
    for (std::size_t mark = 0; mark < marks.size(); ++mark)
        for (std::size_t place = 0; place < shortest; ++place)
            out[place][static_cast<unsigned char>(marks[mark][place])] |=
                static_cast<std::uint16_t>(1U << mark);
    return out;
}();

// `text` has three bytes at least.
bool mark_at(std::string_view text) noexcept {
    const auto marks_with = [&](std::size_t place) -> unsigned {
        return marks_of_byte[place][static_cast<unsigned char>(text[place])];
    };
    return (marks_with(0) & marks_with(1) & marks_with(2)) != 0 &&
           std::ranges::any_of(marks,
                               [&](std::string_view mark) { return text.starts_with(mark); });
}

bool any_mark_plain(std::string_view text) noexcept {
    for (std::size_t at = 0; at + shortest <= text.size(); ++at)
        if (mark_at(text.substr(at, beyond + 1))) return true;
    return false;
}

#if defined(__x86_64__)

// For one of a mark's first three bytes: the marks (one bit each) in which a byte may occur there,
// by its low and its high four bits.
struct nibble_tables {
    alignas(16) std::array<unsigned char, 16> low{};
    alignas(16) std::array<unsigned char, 16> high{};
};

// One bit for each distinct sequence of the first three bytes; marks that differ only in the third
// share one.
constexpr std::array<unsigned, marks.size()> bits{0, 1, 1, 2, 3, 4, 5, 6, 6, 7, 7, 7, 7, 7, 7, 7};

constexpr std::array<nibble_tables, shortest> tables = [] {
    std::array<nibble_tables, shortest> out{};
    for (std::size_t mark = 0; mark < marks.size(); ++mark)
        for (std::size_t place = 0; place < shortest; ++place) {
            const auto byte = static_cast<unsigned char>(marks[mark][place]);
            const auto bit = static_cast<unsigned char>(1U << bits[mark]);
            out[place].low[byte & 15U] |= bit;
            out[place].high[byte >> 4U] |= bit;
        }
    return out;
}();

constexpr std::size_t wide = 32;

[[gnu::target("avx2")]] __m256i twice(const std::array<unsigned char, 16>& row) noexcept {
    return _mm256_broadcastsi128_si256(
        _mm_load_si128(reinterpret_cast<const __m128i*>(row.data())));
}

// For each of 32 bytes: the marks whose byte at `place` it may be.
[[gnu::target("avx2")]] __m256i places_of(const char* text, const nibble_tables& table) noexcept {
    const __m256i nibble = _mm256_set1_epi8(15);
    const __m256i bytes = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(text));
    const __m256i low = _mm256_and_si256(bytes, nibble);
    const __m256i high = _mm256_and_si256(_mm256_srli_epi16(bytes, 4), nibble);
    return _mm256_and_si256(_mm256_shuffle_epi8(twice(table.low), low),
                            _mm256_shuffle_epi8(twice(table.high), high));
}

// True if a mark may begin at one of 32 bytes; reads three bytes more.
[[gnu::target("avx2")]] bool any_begins(const char* from) noexcept {
    const __m256i first = places_of(from, tables[0]);
    const __m256i second = places_of(from + 1, tables[1]);
    const __m256i third = places_of(from + 2, tables[2]);
    const __m256i hit = _mm256_and_si256(_mm256_and_si256(first, second), third);
    return _mm256_testz_si256(hit, hit) == 0;
}

[[gnu::target("avx2")]] bool any_mark_wide(std::string_view text) noexcept {
    std::size_t at = 0;
    for (; at + wide + beyond <= text.size(); at += wide)
        if (any_begins(text.data() + at) && any_mark_plain(text.substr(at, wide + beyond)))
            return true;
    // The rest, which is the whole of most ids and names, with zeros after it.
    const std::string_view rest = text.substr(at);
    if (rest.size() < shortest) return false;
    std::array<char, 2 * wide> padded{};
    std::memcpy(padded.data(), rest.data(), rest.size());
    return any_begins(padded.data()) && any_mark_plain(rest);
}

#endif

}  // namespace

std::span<const mark_search> mark_searches() noexcept {
    static const std::array forms{
#if defined(__x86_64__)
        mark_search{"avx2", __builtin_cpu_supports("avx2") != 0, any_mark_wide},
#endif
        mark_search{"any", true, any_mark_plain}};
    return forms;
}

bool may_hold_secrets(std::string_view text) noexcept {
    static const auto search = base::fastest_form(mark_searches());
    return search(text) || base::may_hold_card_number(text);
}

}  // namespace tollgate::stripe
