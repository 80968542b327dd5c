#include "tenancy/audit_log/signed_note.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "tenancy/audit_log/fields.hpp"

namespace tollgate::tenancy::audit_log {

namespace {

constexpr char ed25519_type = '\x01';  // signed-note, "Signature types"
constexpr std::size_t key_id_bytes = 4;
constexpr std::size_t key_id_digits = 8;
constexpr std::string_view signature_mark = "\xE2\x80\x94 ";  // an em dash and a space
constexpr std::string_view blank_line = "\n\n";

// The characters with Unicode's property White_Space above U+0020, in UTF-8.
constexpr std::array<std::string_view, 19> unicode_spaces{
    "\xC2\x85",     "\xC2\xA0",     "\xE1\x9A\x80", "\xE2\x80\x80", "\xE2\x80\x81",
    "\xE2\x80\x82", "\xE2\x80\x83", "\xE2\x80\x84", "\xE2\x80\x85", "\xE2\x80\x86",
    "\xE2\x80\x87", "\xE2\x80\x88", "\xE2\x80\x89", "\xE2\x80\x8A", "\xE2\x80\xA8",
    "\xE2\x80\xA9", "\xE2\x80\xAF", "\xE2\x81\x9F", "\xE3\x80\x80"};

base::failure malformed_note(std::string reason) {
    return base::invalid("malformed_note", "This is not a signed note: " + std::move(reason));
}

base::failure malformed_key(std::string reason) {
    return base::invalid("malformed_key", std::move(reason));
}

// The key's type followed by the key, as used in key ids and verifier keys.
std::string typed_key(const verifier_key& key) {
    std::string out(1, ed25519_type);
    out.append(key.key.begin(), key.key.end());
    return out;
}

struct signature_line {
    std::string_view name;
    std::string id;
    std::string signature;
};

std::optional<signature_line> parse_signature(std::string_view line) {
    if (!line.starts_with(signature_mark)) return {};
    line.remove_prefix(signature_mark.size());
    const auto space = line.find(' ');
    if (space == std::string_view::npos || !is_key_name(line.substr(0, space))) return {};
    const auto bytes = base::from_base64(line.substr(space + 1));
    if (!bytes || bytes->size() <= key_id_bytes) return {};
    return signature_line{line.substr(0, space), bytes->substr(0, key_id_bytes),
                          bytes->substr(key_id_bytes)};
}

}  // namespace

bool is_key_name(std::string_view name) {
    return !name.empty() && is_note_text(name) &&
           name.find_first_of(" +\n") == std::string_view::npos &&
           std::ranges::none_of(unicode_spaces, [name](std::string_view space) {
               return name.find(space) != std::string_view::npos;
           });
}

std::string key_id(const verifier_key& key) {
    const base::digest hash = base::sha256(key.name + "\n" + typed_key(key));
    return std::string{base::as_view(hash).substr(0, key_id_bytes)};
}

std::string to_text(const verifier_key& key) {
    return key.name + "+" + base::hex(key_id(key)) + "+" + base::base64(typed_key(key));
}

base::result<verifier_key> parse_verifier_key(std::string_view text) {
    verifier_key parsed;
    const auto name_end = std::min(text.find('+'), text.size());
    parsed.name = text.substr(0, name_end);
    const auto bytes =
        base::from_base64(text.substr(std::min(name_end + key_id_digits + 2, text.size())));
    if (!is_key_name(parsed.name) || !bytes || bytes->size() != parsed.key.size() + 1)
        return malformed_key(
            "A verifier key has the form <name>+<key id>+<key>, the key in base64.");
    std::copy(bytes->begin() + 1, bytes->end(), parsed.key.begin());
    // Every part has one canonical encoding, so a text other than this key's own is invalid.
    if (to_text(parsed) != text)
        return malformed_key(
            "The key id of this verifier key does not belong to its name and key. Copy the whole "
            "line again.");
    return parsed;
}

base::result<note_signer> note_signer::make(std::string_view name, std::string_view seed) {
    if (seed.size() != base::ed25519_public_key{}.size())
        return malformed_key("An Ed25519 private key has 32 bytes; this one has " +
                             std::to_string(seed.size()) + ".");
    return make(name, base::ed25519_key{seed});
}

base::result<note_signer> note_signer::make(std::string_view name, base::ed25519_key key) {
    if (!is_key_name(name))
        return malformed_key(
            "The name of a signing key must not be empty and has no spaces and no '+'.");
    return note_signer{name, std::move(key)};
}

base::result<std::string> note_signer::sign(std::string_view text) const {
    if (!text.ends_with('\n') || !is_note_text(text))
        return malformed_note("its text must be UTF-8 lines, each ending in a newline.");
    std::string note{text};
    note.append("\n").append(signature_mark).append(verifier_.name).append(" ");
    note.append(base::base64(key_id(verifier_) + key_.sign(text))).append("\n");
    if (note.size() > note_bytes_max) return malformed_note("it is longer than 1,000,000 bytes.");
    return note;
}

base::result<std::string> open_note(std::string_view note, const verifier_key& known) {
    if (note.size() > note_bytes_max) return malformed_note("it is longer than 1,000,000 bytes.");
    if (!is_note_text(note))
        return malformed_note("it has bytes that are not UTF-8, or control characters.");
    const auto end = note.rfind(blank_line);
    if (end == std::string_view::npos)
        return malformed_note("a blank line must separate the text from the signatures.");
    const std::string_view text = note.substr(0, end + 1);
    std::string_view rest = note.substr(end + blank_line.size());
    const std::string id = key_id(known);
    bool verified = false;
    std::size_t signatures = 0;
    do {
        const auto line = take_line(rest);
        const auto parsed = line ? parse_signature(*line) : std::nullopt;
        if (!parsed || ++signatures > note_signatures_max)
            return malformed_note("1 to 100 signature lines must follow the blank line.");
        if (parsed->name != known.name || parsed->id != id) continue;
        if (!base::ed25519_verify(known.key, text, parsed->signature))
            return base::invalid("bad_signature", "The signature of " + known.name +
                                                      " does not belong to this text.");
        verified = true;
    } while (!rest.empty());
    if (!verified)
        return base::invalid("unknown_signer", "The note has no signature of the key " +
                                                   known.name + "+" + base::hex(id) + ".");
    return std::string{text};
}

}  // namespace tollgate::tenancy::audit_log
