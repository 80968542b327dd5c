#include "base/json_escape.hpp"

#include <array>
#include <bit>
#include <cstring>
#include <string_view>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace tollgate::base {

namespace {

// For each byte: 0 copies it, 'u' writes \u00XX, any other value is the letter after the backslash.
constexpr std::array<char, 256> escapes = [] {
    std::array<char, 256> table{};
    for (std::size_t i = 0; i < 32; ++i) table[i] = 'u';
    table['"'] = '"';
    table['\\'] = '\\';
    table['\b'] = 'b';
    table['\f'] = 'f';
    table['\n'] = 'n';
    table['\r'] = 'r';
    table['\t'] = 't';
    return table;
}();

char* write_escape(char* out, unsigned char byte, char code) {
    constexpr std::string_view digits = "0123456789abcdef";
    *out++ = '\\';
    *out++ = code;
    if (code == 'u') {
        *out++ = '0';
        *out++ = '0';
        *out++ = digits[byte >> 4U];
        *out++ = digits[byte & 15U];
    }
    return out;
}

char* escape_bytes(const char* from, std::size_t size, char* to) {
    for (const char* const end = from + size; from != end; ++from) {
        const auto byte = static_cast<unsigned char>(*from);
        const char code = escapes[byte];
        if (code == 0) {
            *to++ = *from;
        } else {
            to = write_escape(to, byte, code);
        }
    }
    return to;
}

#if defined(__x86_64__)

// For each set of bytes (one bit per byte of eight) that need a backslash: the source of each
// output byte (0x80: none), and the backslashes.
struct spread_table {
    alignas(16) std::array<std::array<unsigned char, 16>, 256> source{};
    alignas(16) std::array<std::array<unsigned char, 16>, 256> backslash{};
};

constexpr spread_table spread = [] {
    spread_table table{};
    for (std::size_t mask = 0; mask < 256; ++mask) {
        std::size_t at = 0;
        table.source[mask].fill(0x80);
        for (std::size_t byte = 0; byte < 8; ++byte) {
            if ((mask >> byte & 1U) != 0) table.backslash[mask][at++] = '\\';
            table.source[mask][at++] = static_cast<unsigned char>(byte);
        }
    }
    return table;
}();

const __m128i* row(const std::array<unsigned char, 16>& bytes) {
    return reinterpret_cast<const __m128i*>(bytes.data());
}

// Writes eight bytes with backslashes before those in `mask`; stores up to 16 bytes.
__attribute__((target("ssse3"))) char* spread_eight(__m128i bytes, unsigned mask, char* to) {
    const __m128i moved = _mm_shuffle_epi8(bytes, _mm_load_si128(row(spread.source[mask])));
    const __m128i out = _mm_or_si128(moved, _mm_load_si128(row(spread.backslash[mask])));
    _mm_storeu_si128(reinterpret_cast<__m128i*>(to), out);
    return to + 8 + std::popcount(mask);
}

__attribute__((target("ssse3"))) char* escape_ssse3(const char* from, std::size_t size, char* to) {
    const __m128i quote = _mm_set1_epi8('"');
    const __m128i slash = _mm_set1_epi8('\\');
    const __m128i last_control = _mm_set1_epi8(0x1F);
    for (; size >= 16; from += 16, size -= 16) {
        const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(from));
        const __m128i control = _mm_cmpeq_epi8(_mm_min_epu8(bytes, last_control), bytes);
        if (_mm_movemask_epi8(control) != 0) {
            to = escape_bytes(from, 16, to);
            continue;
        }
        const __m128i special =
            _mm_or_si128(_mm_cmpeq_epi8(bytes, quote), _mm_cmpeq_epi8(bytes, slash));
        const auto mask = static_cast<unsigned>(_mm_movemask_epi8(special));
        if (mask == 0) {
            _mm_storeu_si128(reinterpret_cast<__m128i*>(to), bytes);
            to += 16;
            continue;
        }
        to = spread_eight(bytes, mask & 0xFFU, to);
        to = spread_eight(_mm_srli_si128(bytes, 8), mask >> 8U, to);
    }
    if (size >= 8) {
        // As above, for names and ids of 8 bytes and more; the upper half is empty.
        const __m128i bytes = _mm_loadl_epi64(reinterpret_cast<const __m128i*>(from));
        const __m128i control = _mm_cmpeq_epi8(_mm_min_epu8(bytes, last_control), bytes);
        const __m128i special =
            _mm_or_si128(_mm_cmpeq_epi8(bytes, quote), _mm_cmpeq_epi8(bytes, slash));
        if ((static_cast<unsigned>(_mm_movemask_epi8(control)) & 0xFFU) == 0) {
            to = spread_eight(bytes, static_cast<unsigned>(_mm_movemask_epi8(special)) & 0xFFU, to);
            from += 8;
            size -= 8;
        }
    }
    return escape_bytes(from, size, to);
}

// As escape_ssse3(), 32 bytes at a time: each byte is put behind a backslash, and the backslashes
// that nothing needs are left out.
__attribute__((target("avx512f,avx512bw,avx512vl,avx512vbmi2,bmi2"))) char* escape_vbmi2(
    const char* from, std::size_t size, char* to) {
    constexpr std::size_t step = 32;
    constexpr std::uint64_t backslashes = 0x5555555555555555;  // every other byte, from the first
    const __m256i quote = _mm256_set1_epi8('"');
    const __m256i slash = _mm256_set1_epi8('\\');
    const __m256i first_printable = _mm256_set1_epi8(0x20);
    const __m512i all_slashes = _mm512_set1_epi16('\\');
    for (; size >= step; from += step, size -= step) {
        const __m256i bytes = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(from));
        if (_mm256_cmplt_epu8_mask(bytes, first_printable) != 0) {
            to = escape_bytes(from, step, to);
            continue;
        }
        const std::uint32_t special =
            _mm256_cmpeq_epi8_mask(bytes, quote) | _mm256_cmpeq_epi8_mask(bytes, slash);
        if (special == 0) {
            _mm256_storeu_si256(reinterpret_cast<__m256i*>(to), bytes);
            to += step;
            continue;
        }
        const __m512i pairs =
            _mm512_or_si512(_mm512_slli_epi16(_mm512_cvtepu8_epi16(bytes), 8), all_slashes);
        const std::uint64_t kept = _pdep_u64(special, backslashes) | ~backslashes;
        _mm512_storeu_si512(to, _mm512_maskz_compress_epi8(kept, pairs));
        to += step + static_cast<std::size_t>(std::popcount(special));
    }
    return escape_ssse3(from, size, to);
}

#endif

}  // namespace

std::span<const escape_form> escape_forms() noexcept {
    static const std::array forms{
#if defined(__x86_64__)
        escape_form{"avx512vbmi2",
                    __builtin_cpu_supports("avx512vbmi2") && __builtin_cpu_supports("avx512bw") &&
                        __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("bmi2"),
                    escape_vbmi2},
        escape_form{"ssse3", __builtin_cpu_supports("ssse3") != 0, escape_ssse3},
#endif
        escape_form{"any", true, escape_bytes}};
    return forms;
}

char* escape_json(const char* from, std::size_t size, char* to) {
    static const auto escape = fastest_form(escape_forms());
    return escape(from, size, to);
}

}  // namespace tollgate::base
