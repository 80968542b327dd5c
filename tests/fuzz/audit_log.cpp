// Any text as a part of an audit log: what is accepted is written back as the same bytes, and
// nothing opens that our key did not sign.
#include "fuzz.hpp"
#include "tenancy/audit_log/tiles.hpp"
#include "tenancy/audit_log/tlog_proof.hpp"

using namespace tollgate;
using namespace tollgate::tenancy::audit_log;

namespace {

constexpr const char* one_spelling = "a value has one spelling";
// The name and, below, the key of the notes in the corpus.
constexpr std::string_view origin = "gateway.example/audit";

void try_paths(std::string_view text) {
    if (const auto tile = tile_from_path(text)) fuzz::require(path_of(*tile) == text, one_spelling);
    if (const auto place = bundle_from_path(text))
        fuzz::require(bundle_path(*place) == text, one_spelling);
}

void try_bundle(std::string_view content, unsigned width) {
    const auto entries = decode_bundle(content, width);
    if (!entries) return;
    fuzz::require(entries->size() == width, "a bundle is as wide as asked for");
    fuzz::require(encode_bundle(*entries).value() == content, one_spelling);
}

void try_notes(std::string_view text) {
    static const note_signer signer = note_signer::make(origin, std::string(32, 's')).value();
    if (const auto key = parse_verifier_key(text))
        fuzz::require(to_text(*key) == text, one_spelling);
    if (const auto opened = open_note(text, signer.verifier()))
        fuzz::require(text.starts_with(signer.sign(*opened)->substr(0, opened->size() + 1)),
                      "a note begins with its text");
    const auto head = parse_checkpoint(text);
    if (head) fuzz::require(text.starts_with(checkpoint_text(*head).value()), one_spelling);
    const auto note = signer.sign(text);
    if (note)
        fuzz::require(open_note(*note, signer.verifier()).value() == text, "what is signed opens");
}

void try_proof(std::string_view text) {
    static const note_signer other_signer = note_signer::make(origin, std::string(32, 'x')).value();
    const auto proof = parse_proof(text);
    if (!proof) return;
    fuzz::require(proof_text(*proof).value() == text, one_spelling);
    fuzz::require(!verify_proof("entry", *proof, other_signer.verifier(), origin).has_value(),
                  "a proof without our signature proves nothing");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) return 0;
    const std::string_view text = fuzz::text_of(data + 1, size - 1);
    try_paths(text);
    try_bundle(text, data[0]);
    try_notes(text);
    try_proof(text);
    return 0;
}
