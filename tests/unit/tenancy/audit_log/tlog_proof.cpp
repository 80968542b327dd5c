#include "tenancy/audit_log/tlog_proof.hpp"

#include <catch2/catch.hpp>

#include <map>

#include "tenancy/audit_log/fields.hpp"
#include "tenancy/audit_log/merkle_proof.hpp"

namespace audit_log_proof_test {

using namespace tollgate;
using namespace tollgate::tenancy::audit_log;

namespace {

const std::string origin = "gateway.example/audit";

note_signer the_signer() {
    return note_signer::make(origin, std::string(32, 's')).value();
}

std::string entry(std::uint64_t index) {
    return "entry " + std::to_string(index);
}

// The proof of one entry of a log with `size` entries.
tlog_proof proof_of(std::uint64_t index, std::uint64_t size) {
    frontier tree;
    std::map<std::pair<unsigned, std::uint64_t>, digest> stored;
    for (std::uint64_t i = 0; i < size; ++i)
        for (const subtree& one : tree.append(leaf_hash(entry(i))))
            stored[{one.level, one.index}] = one.hash;
    const hash_source hash_at = [&](unsigned level, std::uint64_t at) {
        return std::optional{stored.at({level, at})};
    };
    tlog_proof proof;
    proof.index = index;
    proof.hashes = inclusion_proof(index, size, hash_at).value();
    proof.checkpoint = sign_checkpoint({origin, size, tree.root()}, the_signer()).value();
    return proof;
}

std::string outcome(const std::string& text, std::string_view of_entry) {
    const auto proof = parse_proof(text);
    if (!proof) return proof.error().code;
    const auto head = verify_proof(of_entry, *proof, the_signer().verifier(), origin);
    return head ? "verified" : head.error().code;
}

}  // namespace

TEST_CASE("audit log: a proof is the text that tlog-proof says, and verifies its entry alone",
          "[tenancy][audit_log]") {
    tlog_proof proof = proof_of(2, 3);
    const std::string hash = base64_of(proof.hashes.at(0));
    CHECK(proof_text(proof).value() ==
          "c2sp.org/tlog-proof@v1\nindex 2\n" + hash + "\n\n" + proof.checkpoint);
    proof.extra = "\xFF";
    const std::string text = proof_text(proof).value();
    CHECK(text ==
          "c2sp.org/tlog-proof@v1\nextra /w==\nindex 2\n" + hash + "\n\n" + proof.checkpoint);
    CHECK(parse_proof(text)->extra == "\xFF");
    CHECK(outcome(text, entry(2)) == "verified");
    CHECK(outcome(text, entry(1)) == "not_included");
    CHECK(verify_proof(entry(2), proof, the_signer().verifier(), origin)->size == 3);
    CHECK(verify_proof(entry(2), proof, the_signer().verifier(), "other").error().code ==
          "wrong_origin");
    const auto stranger = note_signer::make(origin, std::string(32, 'x')).value();
    CHECK(verify_proof(entry(2), proof, stranger.verifier(), origin).error().code ==
          "unknown_signer");
}

TEST_CASE("audit log: every entry of every log of up to 40 entries has a proof",
          "[tenancy][audit_log]") {
    for (std::uint64_t size = 1; size <= 40; ++size) {
        for (std::uint64_t index = 0; index < size; ++index) {
            const std::string text = proof_text(proof_of(index, size)).value();
            REQUIRE(outcome(text, entry(index)) == "verified");
            REQUIRE(outcome(text, entry(index + 1)) == "not_included");
        }
    }
}

TEST_CASE("audit log: a proof with one changed, missing or doubled byte is refused",
          "[tenancy][audit_log]") {
    const std::string text = proof_text(proof_of(12, 21)).value();
    REQUIRE(outcome(text, entry(12)) == "verified");
    for (std::size_t at = 0; at < text.size(); ++at) {
        for (int bit = 0; bit < 8; ++bit) {
            std::string changed = text;
            changed[at] = static_cast<char>(changed[at] ^ (1 << bit));
            if (outcome(changed, entry(12)) == "verified")
                FAIL("bit " << bit << " of byte " << at << " may change");
        }
        CHECK(outcome(text.substr(0, at), entry(12)) != "verified");
        CHECK(outcome(text.substr(0, at) + text.substr(at + 1), entry(12)) != "verified");
        CHECK(outcome(text.substr(0, at + 1) + text.substr(at), entry(12)) != "verified");
    }
}

TEST_CASE("audit log: a proof with dropped, added or exchanged hashes is refused",
          "[tenancy][audit_log]") {
    const tlog_proof proof = proof_of(12, 21);
    const auto verify = [](const tlog_proof& changed) {
        return verify_proof(entry(12), changed, the_signer().verifier(), origin).has_value();
    };
    REQUIRE(verify(proof));
    for (std::size_t at = 0; at < proof.hashes.size(); ++at) {
        tlog_proof changed = proof;
        changed.hashes.erase(changed.hashes.begin() + static_cast<std::ptrdiff_t>(at));
        CHECK_FALSE(verify(changed));
        changed = proof;
        changed.hashes.insert(changed.hashes.begin() + static_cast<std::ptrdiff_t>(at), digest{});
        CHECK_FALSE(verify(changed));
        changed = proof;
        std::swap(changed.hashes[at], changed.hashes[(at + 1) % proof.hashes.size()]);
        CHECK_FALSE(verify(changed));
    }
    tlog_proof changed = proof;
    changed.checkpoint = proof_of(12, 22).checkpoint;
    CHECK_FALSE(verify(changed));
}

TEST_CASE("audit log: a proof in another form is refused", "[tenancy][audit_log]") {
    const std::string head = "c2sp.org/tlog-proof@v1\n";
    const std::string hash = base64_of(digest{}) + "\n";
    REQUIRE(parse_proof(head + "index 0\n" + hash + "\nx").has_value());
    REQUIRE(parse_proof(head + "index 0\n\nx").has_value());
    REQUIRE(parse_proof(head + "extra eA==\nindex 9223372036854775806\n\nx").has_value());
    std::string most = head + "index 0\n";
    for (int i = 0; i < 63; ++i) most += hash;
    REQUIRE(parse_proof(most + "\nx").has_value());
    for (const std::string& text : {std::string{},
                                    head,
                                    std::string{"c2sp.org/tlog-proof@v2\nindex 0\n\nx"},
                                    " " + head + "index 0\n\nx",
                                    head + "index 0\n",
                                    head + "index 0\n\n",
                                    head + "index 0",
                                    head + "index 0\nx",
                                    head + "index\n\nx",
                                    head + "index \n\nx",
                                    head + "index 00\n\nx",
                                    head + "index 01\n\nx",
                                    head + "index -1\n\nx",
                                    head + "index  1\n\nx",
                                    head + "index 1 \n\nx",
                                    head + "Index 1\n\nx",
                                    head + "1\n\nx",
                                    head + "index 9223372036854775807\n\nx",
                                    head + "index 0\nextra eA==\n\nx",
                                    head + "extra \nindex 0\n\nx",
                                    head + "extra eA\nindex 0\n\nx",
                                    head + "extra eB==\nindex 0\n\nx",
                                    head + "extra\nindex 0\n\nx",
                                    head + "extra eA==\nextra eA==\nindex 0\n\nx",
                                    head + "extra eA==",
                                    head + "\nindex 0\n\nx",
                                    head + "index 0\n" + hash + "x",
                                    head + "index 0\n" + hash.substr(4) + "\nx",
                                    head + "index 0\n " + hash + "\nx",
                                    most + hash + "\nx"}) {
        INFO(text);
        const auto proof = parse_proof(text);
        CHECK((proof ? "parsed" : proof.error().code) == "malformed_proof");
    }
    tlog_proof proof = proof_of(0, 1);
    proof.index = size_max;
    CHECK(proof_text(proof).error().code == "malformed_proof");
    proof = proof_of(0, 1);
    proof.hashes.resize(64);
    CHECK(proof_text(proof).error().code == "malformed_proof");
    proof = proof_of(0, 1);
    proof.checkpoint.clear();
    CHECK(proof_text(proof).error().code == "malformed_proof");
}

}  // namespace audit_log_proof_test
