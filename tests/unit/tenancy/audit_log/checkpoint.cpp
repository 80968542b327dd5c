#include "tenancy/audit_log/checkpoint.hpp"

#include <catch2/catch.hpp>

#include "tenancy/audit_log/fields.hpp"

namespace audit_log_checkpoint_test {

using namespace tollgate;
using namespace tollgate::tenancy::audit_log;

namespace {

const std::string origin = "gateway.example/audit";
const checkpoint sample{origin, 20'852'163, leaf_hash("any")};

note_signer the_signer() {
    return note_signer::make(origin, std::string(32, 's')).value();
}

std::string error_of(std::string_view text) {
    const auto head = parse_checkpoint(text);
    return head ? "parsed" : head.error().code;
}

}  // namespace

TEST_CASE("audit log: the sample of tlog-checkpoint parses, and is written the same",
          "[tenancy][audit_log]") {
    const std::string text =
        "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n";
    const auto head = parse_checkpoint(text);
    REQUIRE(head.has_value());
    CHECK(head->origin == "example.com/behind-the-sofa");
    CHECK(head->size == 20'852'163);
    CHECK(base::hex(base::as_view(head->root)) ==
          "0ac5186a91863e8e1d90c808014aa89bf5da8e3ee1d9f07630f0378f68f1ab62");
    CHECK(checkpoint_text(*head).value() == text);
    CHECK(parse_checkpoint(text + "extension\nanother one\n").value() == *head);
}

TEST_CASE("audit log: checkpoints from none to the most entries are signed and opened",
          "[tenancy][audit_log]") {
    const auto signer = the_signer();
    for (const checkpoint& head :
         {sample, checkpoint{origin, 0, empty_root()}, checkpoint{"o", size_max, digest{}},
          checkpoint{"an origin with spaces+plus", 1, digest{}}}) {
        const auto note = sign_checkpoint(head, signer);
        REQUIRE(note.has_value());
        CHECK(open_checkpoint(*note, signer.verifier(), head.origin).value() == head);
        CHECK(open_checkpoint(*note, signer.verifier(), "other").error().code == "wrong_origin");
    }
    // A note of this signer that is no checkpoint.
    const std::string note = signer.sign("three\nlines\nhere\n").value();
    CHECK(open_checkpoint(note, signer.verifier(), "three").error().code == "malformed_checkpoint");
}

TEST_CASE("audit log: a checkpoint that could not be parsed again is not written",
          "[tenancy][audit_log]") {
    for (const checkpoint& head :
         {checkpoint{"", 1, digest{}}, checkpoint{"two\nlines", 1, digest{}},
          checkpoint{"o\n1", 1, digest{}}, checkpoint{"tab\t", 1, digest{}},
          checkpoint{"\xFF", 1, digest{}}, checkpoint{"o", size_max + 1, digest{}},
          checkpoint{"o", 0, digest{}}, checkpoint{"o\n1\n" + base64_of(digest{}), 1, digest{}}}) {
        CHECK(checkpoint_text(head).error().code == "malformed_checkpoint");
        CHECK(sign_checkpoint(head, the_signer()).error().code == "malformed_checkpoint");
    }
}

TEST_CASE("audit log: a checkpoint in another form is refused", "[tenancy][audit_log]") {
    const std::string root = base64_of(sample.root);
    REQUIRE(error_of("o\n5\n" + root + "\n") == "parsed");
    for (const std::string& text : {std::string{},
                                    std::string{"o\n"},
                                    std::string{"o\n5\n"},
                                    "o\n5\n" + root,
                                    "\n5\n" + root + "\n",
                                    "o\n\n5\n" + root + "\n",
                                    "o\n05\n" + root + "\n",
                                    "o\n+5\n" + root + "\n",
                                    "o\n-5\n" + root + "\n",
                                    "o\n5 \n" + root + "\n",
                                    "o\n0x5\n" + root + "\n",
                                    "o\n\n" + root + "\n",
                                    "o\n9223372036854775808\n" + root + "\n",
                                    "o\n0\n" + root + "\n",
                                    "o\n5\n" + root + "\n\n",
                                    "o\n5\n" + root + "\n\nextension\n",
                                    "o\n5\n" + root + "\nextension",
                                    "o\n5\n" + root + " \n",
                                    "o\n5\n" + root + "=\n",
                                    "o\n5\n" + root.substr(0, 43) + "\n",
                                    "o\n5\n" + root.substr(4) + "\n",
                                    "o\n5\n" + base::hex(base::as_view(sample.root)) + "\n",
                                    "o\r\n5\n" + root + "\n",
                                    "o\n5\n" + root + "\ntab\t\n"}) {
        INFO(text);
        CHECK(error_of(text) == "malformed_checkpoint");
    }
    // The last digit of a hash holds two bits that are not the hash's: they must be zero.
    for (const char c :
         std::string_view{"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"}) {
        std::string spelled = root;
        spelled[42] = c;
        const auto head = parse_checkpoint("o\n5\n" + spelled + "\n");
        CHECK((head && head->root == sample.root) == (spelled == root));
    }
}

TEST_CASE("audit log: a signed checkpoint with one changed, missing or doubled byte is refused",
          "[tenancy][audit_log]") {
    const auto signer = the_signer();
    const std::string note = sign_checkpoint(sample, signer).value();
    const auto opens = [&](const std::string& changed) {
        return open_checkpoint(changed, signer.verifier(), origin).has_value();
    };
    REQUIRE(opens(note));
    for (std::size_t at = 0; at < note.size(); ++at) {
        for (int value = 0; value < 256; ++value) {
            std::string changed = note;
            changed[at] = static_cast<char>(value);
            if (changed != note && opens(changed)) FAIL("byte " << at << " may be " << value);
        }
        CHECK_FALSE(opens(note.substr(0, at)));
        CHECK_FALSE(opens(note.substr(0, at) + note.substr(at + 1)));
        CHECK_FALSE(opens(note.substr(0, at + 1) + note.substr(at)));
    }
}

}  // namespace audit_log_checkpoint_test
