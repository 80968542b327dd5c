#include "stripe/upstream/hidden_credential.hpp"

#include <algorithm>

#include "base/crypto.hpp"
#include "base/json_text.hpp"
#include "base/text.hpp"

namespace tollgate::stripe {

namespace {

constexpr std::string_view in_its_place = "[credential]";
constexpr std::size_t password_bytes_min = 6;  // a shorter one is a part of too many words

std::string in_json(std::string_view text) {
    std::string out;
    base::append_json_string(out, text);
    return out.substr(1, out.size() - 2);
}

// With each slash escaped, which JSON allows.
std::string with_escaped_slashes(const std::string& text) {
    std::string out;
    for (const char c : text) {
        if (c == '/') out += '\\';
        out += c;
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
        out.push_back(in_json(text));
        out.push_back(with_escaped_slashes(in_json(text)));
    }
    std::ranges::sort(out, std::greater<>{}, &std::string::size);
    return out;
}

void replace_all(std::string& in, const std::string& what) {
    // Of digits alone, it may stand outside of a JSON text.
    const bool number = std::ranges::all_of(what, base::is_digit);
    const std::string with = number ? std::string(what.size(), '9') : std::string(in_its_place);
    for (auto at = in.find(what); at != std::string::npos; at = in.find(what, at + with.size()))
        in.replace(at, what.size(), with);
}

}  // namespace

void hide_credential(upstream_response& answer, const tenancy::account_access& account) {
    if (!account.service || account.credential.empty()) return;
    for (const auto& form : forms_of(account)) {
        replace_all(answer.body, form);
        for (auto& [name, value] : answer.headers) replace_all(value, form);
    }
}

}  // namespace tollgate::stripe
