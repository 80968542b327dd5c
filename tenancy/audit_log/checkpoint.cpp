#include "tenancy/audit_log/checkpoint.hpp"

#include <utility>

#include "base/json_text.hpp"
#include "base/text.hpp"
#include "tenancy/audit_log/fields.hpp"

namespace tollgate::tenancy::audit_log {

namespace {

base::failure malformed_checkpoint(std::string reason) {
    return base::invalid("malformed_checkpoint", "This is not a checkpoint: " + std::move(reason));
}

}  // namespace

base::result<std::string> checkpoint_text(const checkpoint& head) {
    std::string text =
        head.origin + "\n" + std::to_string(head.size) + "\n" + base64_of(head.root) + "\n";
    // Any invalid value makes the parsed text differ or the parsing fail.
    const auto parsed = parse_checkpoint(text);
    if (!parsed) return parsed.error();
    if (*parsed != head) return malformed_checkpoint("the origin must be one line.");
    return text;
}

base::result<checkpoint> parse_checkpoint(std::string_view text) {
    if (!is_note_text(text))
        return malformed_checkpoint("it has bytes that are not UTF-8, or control characters.");
    const auto origin = take_line(text);
    const auto size_line = take_line(text);
    const auto root_line = take_line(text);
    if (!origin || origin->empty() || !size_line || !root_line)
        return malformed_checkpoint("origin, size and root must be its first three lines.");
    const auto size = parse_decimal(*size_line);
    if (!size)
        return malformed_checkpoint("its second line must be the number of entries, in decimal.");
    const auto root = digest_from_base64(*root_line);
    if (!root) return malformed_checkpoint("its third line must be a SHA-256 hash in base64.");
    if (*size == 0 && *root != empty_root())
        return malformed_checkpoint(
            "the root of a log without entries must be the hash of nothing.");
    while (!text.empty()) {
        const auto extension = take_line(text);
        if (!extension || extension->empty())
            return malformed_checkpoint("extension lines must not be empty, and end in a newline.");
    }
    return checkpoint{std::string{*origin}, *size, *root};
}

base::result<std::string> sign_checkpoint(const checkpoint& head, const note_signer& signer) {
    const auto text = checkpoint_text(head);
    if (!text) return text.error();
    return signer.sign(*text);
}

base::result<checkpoint> open_checkpoint(std::string_view note, const verifier_key& known,
                                         std::string_view origin) {
    const auto text = open_note(note, known);
    if (!text) return text.error();
    auto head = parse_checkpoint(*text);
    if (!head) return head;
    if (head->origin != origin)
        return base::invalid("wrong_origin", "The checkpoint is of the log " +
                                                 std::string{base::clipped_text(
                                                     head->origin, base::quoted_bytes_max)} +
                                                 ", not of " + std::string{origin} + ".");
    return head;
}

}  // namespace tollgate::tenancy::audit_log
