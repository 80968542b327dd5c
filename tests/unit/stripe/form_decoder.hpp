// Reads bracketed form pairs back into a tree. Written apart from the encoder, and knowing nothing
// of it: it splits at
// '&', at the first '=', at brackets, and only then decodes percent signs.
#pragma once
#include <map>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>

namespace tollgate::test {

// A value or named children. Children of arrays are named "0", "1", ….
struct form_node {
    bool is_leaf = false;
    std::string value;
    std::map<std::string, form_node> children;
};

inline int hex_digit(char digit) {
    if (digit >= '0' && digit <= '9') return digit - '0';
    if (digit >= 'A' && digit <= 'F') return digit - 'A' + 10;
    throw std::runtime_error("no hex digit");
}

inline std::string percent_decoded(std::string_view text) {
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] != '%') {
            if (text[i] <= ' ' || text[i] > '~') throw std::runtime_error("a byte was not encoded");
            out += text[i] == '+' ? ' ' : text[i];
            continue;
        }
        if (i + 2 >= text.size()) throw std::runtime_error("a cut percent sign");
        out += static_cast<char>(hex_digit(text[i + 1]) * 16 + hex_digit(text[i + 2]));
        i += 2;
    }
    return out;
}

// How a name or a value stands in the text.
enum class spelling { percent_encoded, as_it_is };

inline std::string plain(std::string_view text, spelling how) {
    return how == spelling::as_it_is ? std::string(text) : percent_decoded(text);
}

inline void add_pair(form_node& root, std::string_view name, std::string_view value,
                     spelling how = spelling::percent_encoded) {
    auto open = name.find('[');
    auto* node = &root.children[plain(name.substr(0, open), how)];
    while (open != std::string_view::npos) {
        const auto close = name.find(']', open);
        if (close == std::string_view::npos) throw std::runtime_error("a bracket stays open");
        node = &node->children[plain(name.substr(open + 1, close - open - 1), how)];
        open = close + 1 < name.size() ? close + 1 : std::string_view::npos;
        if (open != std::string_view::npos && name[open] != '[')
            throw std::runtime_error("text between brackets");
    }
    if (node->is_leaf || !node->children.empty()) throw std::runtime_error("a name given twice");
    node->is_leaf = true;
    node->value = plain(value, how);
}

inline form_node decode_form(std::string_view text) {
    form_node root;
    while (!text.empty()) {
        const auto end = text.find('&');
        const auto pair = text.substr(0, end);
        const auto equals = pair.find('=');
        if (equals == std::string_view::npos) throw std::runtime_error("a pair without '='");
        add_pair(root, pair.substr(0, equals), pair.substr(equals + 1));
        text = end == std::string_view::npos ? std::string_view{} : text.substr(end + 1);
    }
    return root;
}

}  // namespace tollgate::test
