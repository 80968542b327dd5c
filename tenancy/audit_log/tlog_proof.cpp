#include "tenancy/audit_log/tlog_proof.hpp"

#include <optional>
#include <utility>

#include "tenancy/audit_log/fields.hpp"
#include "tenancy/audit_log/merkle_proof.hpp"

namespace tollgate::tenancy::audit_log {

namespace {

constexpr std::string_view first_line = "c2sp.org/tlog-proof@v1";
constexpr std::string_view extra_word = "extra ";
constexpr std::string_view index_word = "index ";
constexpr std::size_t hashes_max = 63;  // the height of a tree of size_max entries

base::failure malformed_proof(std::string reason) {
    return base::invalid("malformed_proof",
                         "This is not a proof of inclusion: " + std::move(reason));
}

// Returns the next line of `rest` without its first word; nullopt, and `rest` unchanged, if the
// line begins with another word.
std::optional<std::string_view> take_field(std::string_view& rest, std::string_view word) {
    if (!rest.starts_with(word)) return {};
    auto line = take_line(rest);
    if (line) line->remove_prefix(word.size());
    return line;
}

// Takes the hashes up to the empty line, and that line.
base::result<std::vector<digest>> take_hashes(std::string_view& rest) {
    std::vector<digest> hashes;
    while (true) {
        const auto line = take_line(rest);
        if (!line) return malformed_proof("an empty line must follow its hashes.");
        if (line->empty()) return hashes;
        const auto hash = digest_from_base64(*line);
        if (!hash || hashes.size() == hashes_max)
            return malformed_proof("up to 63 SHA-256 hashes in base64 must follow the index.");
        hashes.push_back(*hash);
    }
}

}  // namespace

base::result<std::string> proof_text(const tlog_proof& proof) {
    std::string text{first_line};
    text += "\n";
    if (!proof.extra.empty())
        text.append(extra_word).append(base::base64(proof.extra)).append("\n");
    text.append(index_word).append(std::to_string(proof.index)).append("\n");
    for (const digest& hash : proof.hashes) text.append(base64_of(hash)).append("\n");
    text.append("\n").append(proof.checkpoint);
    const auto parsed = parse_proof(text);
    if (!parsed) return parsed.error();
    return text;
}

base::result<tlog_proof> parse_proof(std::string_view text) {
    if (take_line(text) != first_line)
        return malformed_proof("its first line must be " + std::string{first_line} + ".");
    tlog_proof proof;
    if (const auto field = take_field(text, extra_word)) {
        auto extra = base::from_base64(*field);
        if (!extra || extra->empty()) return malformed_proof("its extra data must be base64.");
        proof.extra = *std::move(extra);
    }
    const auto field = take_field(text, index_word);
    const auto index = field ? parse_decimal(*field, size_max - 1) : std::nullopt;
    if (!index)
        return malformed_proof("the index of the entry is missing, or not a decimal number.");
    proof.index = *index;
    auto hashes = take_hashes(text);
    if (!hashes) return hashes.error();
    proof.hashes = *std::move(hashes);
    if (text.empty()) return malformed_proof("a signed checkpoint must follow the empty line.");
    proof.checkpoint = text;
    return proof;
}

base::result<checkpoint> verify_proof(std::string_view entry, const tlog_proof& proof,
                                      const verifier_key& known, std::string_view origin) {
    auto head = open_checkpoint(proof.checkpoint, known, origin);
    if (!head) return head;
    if (!verify_inclusion(proof.hashes, leaf_hash(entry), proof.index, head->size, head->root))
        return base::invalid("not_included", "The proof does not show that entry " +
                                                 std::to_string(proof.index) +
                                                 " of the log is this one.");
    return head;
}

}  // namespace tollgate::tenancy::audit_log
