// Rows for people: columns that fit the width of a terminal.
#pragma once
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace tollgate::server {

struct text_table {
    std::vector<std::string> headings;
    std::vector<std::vector<std::string>> rows;  // one cell a heading; without control characters
};

// How many columns of a terminal `text` (UTF-8) takes: wide characters take two, combining ones
// none.
std::size_t columns_of(std::string_view text);

// As much of `text` as fits `columns`, with "…" for what is left out.
std::string shortened(std::string_view text, std::size_t columns);

// A line of headings and one of each row, none wider than `width`: other cells than the first,
// which has the id to copy, are shortened. Where even that does not fit, each row is a block, one
// cell a line. `colour`: headings are bold, and states have the colour of how urgent they are.
std::string format_table(const text_table& table, std::size_t width, bool colour);

// Prints the table on standard output: as it fits there on a terminal; else without headings, one
// row a line, with two spaces between the cells. Nothing for a table without rows.
void print_table(const text_table& table);

// Says on standard error that a list of `count` is empty, if it is, and if that is a terminal.
void say_if_empty(std::size_t count);

}  // namespace tollgate::server
