#include "server/cli/text/table.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <iostream>
#include <numeric>
#include <unistd.h>
#include <utility>

#include "server/cli/text/terminal.hpp"

namespace tollgate::server {

namespace {

constexpr std::size_t gap = 2;
constexpr std::size_t narrowest_cell = 6;

// The character at the start of `text`, and its bytes; a byte that is no UTF-8 stands for itself.
std::pair<std::uint32_t, std::size_t> first_character(std::string_view text) {
    const auto lead = static_cast<unsigned char>(text.front());
    const std::size_t size = lead < 0xc0 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
    if (size == 1 || size > text.size()) return {lead, 1};
    std::uint32_t out = lead & (0xffU >> (size + 1));
    for (std::size_t i = 1; i < size; ++i) {
        const auto byte = static_cast<unsigned char>(text[i]);
        if ((byte & 0xc0U) != 0x80U) return {lead, 1};
        out = (out << 6U) | (byte & 0x3fU);
    }
    return {out, size};
}

using range = std::pair<std::uint32_t, std::uint32_t>;

bool inside(std::uint32_t character, const auto& ranges) {
    return std::any_of(ranges.begin(), ranges.end(), [character](const range& one) {
        return character >= one.first && character <= one.second;
    });
}

std::size_t width_of(std::uint32_t character) {
    constexpr std::array none{range{0x300, 0x36f},   range{0x200b, 0x200f}, range{0x202a, 0x202e},
                              range{0x2060, 0x2064}, range{0xfe00, 0xfe0f}, range{0xfeff, 0xfeff}};
    constexpr std::array two{range{0x1100, 0x115f},   range{0x2e80, 0xa4cf},
                             range{0xac00, 0xd7a3},   range{0xf900, 0xfaff},
                             range{0xfe30, 0xfe6f},   range{0xff00, 0xff60},
                             range{0xffe0, 0xffe6},   range{0x1f300, 0x1f64f},
                             range{0x1f900, 0x1f9ff}, range{0x20000, 0x3fffd}};
    if (inside(character, none)) return 0;
    return inside(character, two) ? 2 : 1;
}

// The escape code of a state, or nothing.
std::string_view colour_of(std::string_view heading, std::string_view cell) {
    constexpr std::array<std::string_view, 8> good{"active",    "succeeded", "approved", "executed",
                                                   "delivered", "allowed",   "yes",      "true"};
    constexpr std::array<std::string_view, 7> bad{"revoked",      "failed",   "denied", "refused",
                                                  "needs_reauth", "given_up", "missing"};
    constexpr std::array<std::string_view, 7> waiting{"pending", "suspended", "expired", "unknown",
                                                      "waiting", "intended",  "voided"};
    if (heading != "STATUS" && heading != "STATE" && heading != "DECISION") return {};
    const auto among = [cell](const auto& words) {
        return std::find(words.begin(), words.end(), cell) != words.end();
    };
    if (among(good)) return "\x1b[32m";
    if (among(bad)) return "\x1b[31m";
    return among(waiting) ? "\x1b[33m" : std::string_view{};
}

std::string painted(std::string text, std::string_view code, bool colour) {
    if (!colour || code.empty()) return text;
    return std::string{code} + text + "\x1b[0m";
}

constexpr std::string_view bold = "\x1b[1m";

std::vector<std::size_t> natural_widths(const text_table& table) {
    std::vector<std::size_t> out;
    for (const auto& heading : table.headings) out.push_back(columns_of(heading));
    for (const auto& row : table.rows)
        for (std::size_t i = 0; i < out.size(); ++i)
            out[i] = std::max(out[i], columns_of(row.at(i)));
    return out;
}

// Takes from the widest cells after the first until all fits: whether it does.
bool fit(std::vector<std::size_t>& widths, std::size_t width) {
    const std::size_t gaps = gap * (widths.size() - 1);
    for (;;) {
        const std::size_t all = std::accumulate(widths.begin(), widths.end(), gaps);
        if (all <= width) return true;
        const auto widest = std::max_element(widths.begin() + 1, widths.end());
        if (widest == widths.end() || *widest <= narrowest_cell) return false;
        --*widest;
    }
}

std::string line_of(const std::vector<std::string>& cells, const text_table& table,
                    const std::vector<std::size_t>& widths, bool heading, bool colour) {
    std::string out;
    for (std::size_t i = 0; i < cells.size(); ++i) {
        const auto shown = shortened(cells[i], widths[i]);
        const auto code = heading ? bold : colour_of(table.headings[i], cells[i]);
        if (i > 0) out += std::string(gap, ' ');
        out += painted(shown, code, colour);
        if (i + 1 < cells.size()) out += std::string(widths[i] - columns_of(shown), ' ');
    }
    return out + '\n';
}

std::string block_of(const std::vector<std::string>& cells, const text_table& table,
                     std::size_t width, bool colour) {
    std::string out;
    for (std::size_t i = 0; i < cells.size(); ++i) {
        const std::string start = (i == 0 ? "" : "  ") + table.headings[i] + ": ";
        const std::size_t used = columns_of(start);
        const std::size_t left = width > used ? width - used : 1;
        out += painted(start, bold, colour);
        out += painted(i == 0 ? cells[i] : shortened(cells[i], left),
                       colour_of(table.headings[i], cells[i]), colour);
        out += '\n';
    }
    return out;
}

}  // namespace

std::size_t columns_of(std::string_view text) {
    std::size_t out = 0;
    while (!text.empty()) {
        const auto [character, bytes] = first_character(text);
        out += width_of(character);
        text.remove_prefix(bytes);
    }
    return out;
}

std::string shortened(std::string_view text, std::size_t columns) {
    if (columns_of(text) <= columns) return std::string{text};
    std::string out;
    std::size_t used = 1;  // of the mark
    while (!text.empty()) {
        const auto [character, bytes] = first_character(text);
        used += width_of(character);
        if (used > columns) break;
        out += text.substr(0, bytes);
        text.remove_prefix(bytes);
    }
    return out + "…";
}

void print_table(const text_table& table) {
    if (on_terminal(STDOUT_FILENO) && !table.rows.empty()) {
        std::cout << format_table(table, terminal_columns(STDOUT_FILENO),
                                  shows_colour(STDOUT_FILENO));
        return;
    }
    for (const auto& row : table.rows) {
        for (std::size_t i = 0; i < row.size(); ++i) std::cout << (i > 0 ? "  " : "") << row[i];
        std::cout << '\n';
    }
}

std::string format_table(const text_table& table, std::size_t width, bool colour) {
    auto widths = natural_widths(table);
    std::string out;
    if (!fit(widths, width)) {
        for (const auto& row : table.rows) out += block_of(row, table, width, colour);
        return out;
    }
    out += line_of(table.headings, table, widths, true, colour);
    for (const auto& row : table.rows) out += line_of(row, table, widths, false, colour);
    return out;
}

void say_if_empty(std::size_t count) {
    if (count == 0 && on_terminal(STDERR_FILENO)) std::cerr << "None.\n";
}

}  // namespace tollgate::server
