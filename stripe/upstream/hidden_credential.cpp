#include "stripe/upstream/hidden_credential.hpp"

#include <algorithm>
#include <charconv>

#include "base/crypto.hpp"
#include "base/json_text.hpp"
#include "base/text.hpp"

namespace tollgate::stripe {

namespace {

constexpr std::string_view in_its_place = "[credential]";
constexpr std::size_t password_bytes_min = 6;  // a shorter one occurs in too many words

std::string in_json(std::string_view text) {
    std::string out;
    base::append_json_string(out, text);
    return out.substr(1, out.size() - 2);
}

constexpr std::size_t escape_bytes = 6;  // of \uXXXX

// The printable ASCII character that the JSON escape at the beginning of `text` stands for, or 0.
char escaped_character(std::string_view text) {
    if (text.starts_with("\\/")) return '/';
    if (text.size() < escape_bytes || !text.starts_with("\\u00")) return 0;
    unsigned code = 0;
    const char* const end = text.data() + escape_bytes;
    const auto read = std::from_chars(text.data() + 4, end, code, 16);
    const bool printable = code >= ' ' && code <= '~';
    return read.ec == std::errc{} && read.ptr == end && printable ? static_cast<char>(code)
                                                                  : char{};
}

// `text` with such escapes decoded, so that fewer forms must be searched for. The JSON has the same
// meaning.
std::string with_fewest_escapes(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    while (!text.empty()) {
        const auto next = std::min(text.find('\\'), text.size());
        out += text.substr(0, next);
        text.remove_prefix(next);
        if (text.empty()) break;
        const char stands_for = escaped_character(text);
        if (stands_for == 0) {
            out += text.substr(0, 2);
            text.remove_prefix(std::min<std::size_t>(text.size(), 2));
            continue;
        }
        if (stands_for == '"' || stands_for == '\\') out += '\\';
        out += stands_for;
        text.remove_prefix(stands_for == '/' && text[1] == '/' ? 2 : escape_bytes);
    }
    return out;
}

std::vector<std::string> forms_of(const tenancy::account_access& account) {
    std::vector<std::string> plain{std::string(account.credential.reveal())};
    if (account.service->auth == tenancy::service_auth::basic) {
        plain.push_back(base::base64(plain.front()));
        const auto password = plain.front().substr(plain.front().find(':') + 1);
        if (password.size() >= password_bytes_min) plain.push_back(password);
    }
    std::vector<std::string> out;
    for (const auto& text : plain) {
        out.push_back(text);
        if (auto escaped = in_json(text); escaped != text) out.push_back(std::move(escaped));
    }
    std::ranges::sort(out, std::greater<>{}, &std::string::size);
    return out;
}

void replace_all(std::string& in, const std::string& what) {
    // Digits alone may be a JSON number outside a string, so they are replaced by digits.
    const bool number = std::ranges::all_of(what, base::is_digit);
    const std::string with = number ? std::string(what.size(), '9') : std::string(in_its_place);
    std::string out;
    std::size_t from = 0;
    for (auto at = in.find(what); at != std::string::npos; at = in.find(what, from)) {
        out.append(in, from, at - from);
        out += with;
        from = at + what.size();
    }
    if (from == 0) return;
    out.append(in, from);
    in = std::move(out);
}

}  // namespace

void hide_credential(upstream_response& answer, const tenancy::account_access& account) {
    if (!account.service || account.credential.empty()) return;
    if (answer.body.find('\\') != std::string::npos) answer.body = with_fewest_escapes(answer.body);
    for (const auto& form : forms_of(account)) {
        replace_all(answer.body, form);
        for (auto& [name, value] : answer.headers) replace_all(value, form);
    }
}

}  // namespace tollgate::stripe
