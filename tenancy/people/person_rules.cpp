#include "tenancy/people/person_rules.hpp"

#include <algorithm>
#include <array>
#include <set>

#include "base/text.hpp"

namespace tollgate::tenancy {

namespace {

using base::invalid;
using base::result;

constexpr std::array<std::string_view, 4> person_role_words{"viewer", "operator", "approver",
                                                            "admin"};
constexpr std::size_t email_bytes_max = 254;
constexpr std::size_t different_characters_min = 5;
constexpr std::size_t email_part_min = 4;  // a shorter one may occur in any word

bool is_email_character(char c) {
    return c > 0x20 && c < 0x7F && c != ',' && c != ';' && c != '<' && c != '>' && c != '"' &&
           c != '(' && c != ')' && c != '\\';
}

// Counts UTF-8 characters: every byte except continuation bytes.
std::size_t characters_in(std::string_view text) {
    return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
        return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U;
    }));
}

}  // namespace

std::string_view to_string(person_role value) {
    return person_role_words[static_cast<std::size_t>(value)];
}

result<person_role> read_person_role(std::string_view word) {
    const auto* const found = std::ranges::find(person_role_words, word);
    if (found == person_role_words.end())
        return invalid("unknown_role", "the roles are: admin, approver, operator, viewer", "role");
    return static_cast<person_role>(found - person_role_words.begin());
}

role rank_of(person_role value) {
    if (value == person_role::admin) return role::admin;
    return value == person_role::operator_ ? role::operator_ : role::viewer;
}

bool may_answer_approvals(person_role value) {
    return value == person_role::approver || value == person_role::admin;
}

std::string folded_email(std::string_view text) {
    while (text.starts_with(' ') || text.starts_with('\t')) text.remove_prefix(1);
    while (text.ends_with(' ') || text.ends_with('\t')) text.remove_suffix(1);
    std::string out{text};
    std::ranges::transform(out, out.begin(), [](char c) { return base::to_lower(c); });
    return out;
}

result<std::string> read_email(std::string_view text) {
    std::string out = folded_email(text);
    const auto at = out.find('@');
    const bool whole = at != std::string::npos && at > 0 && out.find('@', at + 1) == out.npos;
    const std::string_view domain = whole ? std::string_view{out}.substr(at + 1) : "";
    const auto dot = domain.find('.');
    const bool named = dot != domain.npos && dot > 0 && !domain.ends_with('.');
    if (named && out.size() <= email_bytes_max && std::ranges::all_of(out, is_email_character))
        return out;
    return invalid("invalid_email",
                   "email must be one address such as ana@example.com, in ASCII, with at most 254 "
                   "characters",
                   "email");
}

result<> check_password(std::string_view password, std::string_view email) {
    const auto weak = [](std::string why) {
        return invalid("weak_password", std::move(why), "password");
    };
    if (characters_in(password) < password_characters_min)
        return weak("the password must have at least 12 characters; several words are good");
    if (password.size() > password_bytes_max)
        return weak("the password must have at most 1024 bytes");
    if (std::set<char>(password.begin(), password.end()).size() < different_characters_min)
        return weak("the password must have at least five different characters");
    const std::string_view name = email.substr(0, email.find('@'));
    if (name.size() >= email_part_min && folded_email(password).find(name) != std::string::npos)
        return weak("the password must not contain the e-mail address");
    return {};
}

}  // namespace tollgate::tenancy
