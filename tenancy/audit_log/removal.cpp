#include "tenancy/audit_log/removal.hpp"

#include <utility>

#include "tenancy/audit_log/fields.hpp"
#include "tenancy/audit_log/tiles.hpp"

namespace tollgate::tenancy::audit_log {

namespace {

constexpr std::string_view suffix = "/retention";

base::failure malformed_removal(std::string reason) {
    return base::invalid("malformed_removal",
                         "This is not a statement of removed entries: " + std::move(reason));
}

base::result<removal> parse_removal(std::string_view text, std::string_view origin) {
    const auto name = take_line(text);
    const auto position_line = take_line(text);
    const auto root_line = take_line(text);
    if (!name || !position_line || !root_line || !text.empty())
        return malformed_removal("it must have three lines.");
    if (*name != std::string{origin} + std::string{suffix})
        return malformed_removal("its first line must be " + std::string{origin} +
                                 std::string{suffix} + ".");
    const auto position = parse_decimal(*position_line);
    if (!position || *position == 0 || *position % tile_width != 0)
        return malformed_removal("its second line must be a multiple of 256.");
    const auto root = digest_from_base64(*root_line);
    if (!root) return malformed_removal("its third line must be a SHA-256 hash in base64.");
    return removal{std::string{origin}, *position, *root};
}

}  // namespace

base::result<std::string> sign_removal(const removal& what, const note_signer& signer) {
    const std::string text = what.origin + std::string{suffix} + "\n" +
                             std::to_string(what.kept_from) + "\n" + base64_of(what.root) + "\n";
    const auto parsed = parse_removal(text, what.origin);
    if (!parsed) return parsed.error();
    return signer.sign(text);
}

base::result<removal> open_removal(std::string_view note, const verifier_key& known,
                                   std::string_view origin) {
    const auto text = open_note(note, known);
    if (!text) return text.error();
    return parse_removal(*text, origin);
}

}  // namespace tollgate::tenancy::audit_log
