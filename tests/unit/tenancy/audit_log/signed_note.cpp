#include "tenancy/audit_log/signed_note.hpp"

#include <catch2/catch.hpp>

#include "tenancy/audit_log/fields.hpp"

namespace audit_log_signed_note_test {

using namespace tollgate;
using namespace tollgate::tenancy::audit_log;

namespace {

// The example of Go's package golang.org/x/mod/sumdb/note: 0x01 and the seed, the verifier key, the
// text, the signature line.
const std::string sample_seed =
    base::from_base64("AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz").value().substr(1);
const std::string sample_key = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
const std::string sample_text =
    "If you think cryptography is the answer to your problem,\n"
    "then you don't know what your problem is.\n";
const std::string sample_signature =
    "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6"
    "KE6RyyBwJnAM=\n";
const std::string sample_note = sample_text + "\n" + sample_signature;

note_signer signer_named(std::string_view name, char seed = 's') {
    return note_signer::make(name, std::string(32, seed)).value();
}

std::string error_of(std::string_view note, const verifier_key& known) {
    const auto text = open_note(note, known);
    return text ? "opened" : text.error().code;
}

// The signature line of a note with one signature.
std::string line_of(const std::string& note) {
    return note.substr(note.rfind("\n\n") + 2);
}

}  // namespace

TEST_CASE("audit log: numbers and UTF-8 have one spelling", "[tenancy][audit_log]") {
    CHECK(parse_decimal("0") == 0);
    CHECK(parse_decimal("9223372036854775807") == size_max);
    CHECK(parse_decimal("255", 255) == 255);
    for (const std::string text :
         {"", "00", "01", "+1", "-1", " 1", "1 ", "0x1", "1e3", "1.0", "9223372036854775808",
          "18446744073709551616", "99999999999999999999999"})
        CHECK_FALSE(parse_decimal(text));
    CHECK_FALSE(parse_decimal("256", 255));
    for (const std::string text : {"", "a\n", "é", "€", "\xF0\x9F\x92\xB0", "\xED\x9F\xBF",
                                   "\xEE\x80\x80", "\xF4\x8F\xBF\xBF", "\x7F"})
        CHECK(is_note_text(text));
    for (const std::string text :
         {"\t", "\r\n", "\x1F", "\x80", "\xC0\xAF", "\xC1\xBF", "\xC3", "\xC3(", "\xE0\x9F\xBF",
          "\xE2\x82", "\xED\xA0\x80", "\xE2\x28\xA1", "\xF0\x8F\xBF\xBF", "\xF4\x90\x80\x80",
          "\xF5\x80\x80\x80", "\xFF", "a\xE2\x82(", "\xF0\x9F\x92("})
        CHECK_FALSE(is_note_text(text));
    CHECK_FALSE(is_note_text(std::string(1, '\0')));
}

TEST_CASE("audit log: notes and verifier keys are those of Go's sumdb/note",
          "[tenancy][audit_log]") {
    const auto key = parse_verifier_key(sample_key);
    REQUIRE(key.has_value());
    CHECK(key->name == "PeterNeumann");
    CHECK(base::hex(key_id(*key)) == "c74f20a3");
    CHECK(to_text(*key) == sample_key);
    CHECK(open_note(sample_note, *key).value() == sample_text);
    const auto signer = note_signer::make("PeterNeumann", sample_seed);
    REQUIRE(signer.has_value());
    CHECK(signer->verifier() == *key);
    CHECK(signer->sign(sample_text).value() == sample_note);
    // The key of the Go checksum database.
    CHECK(parse_verifier_key("sum.golang.org+033de0ae+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8")
              .has_value());
}

TEST_CASE("audit log: a verifier key with one changed, missing or extra byte is refused",
          "[tenancy][audit_log]") {
    for (std::size_t at = 0; at < sample_key.size(); ++at) {
        for (int value = 0; value < 256; ++value) {
            std::string changed = sample_key;
            changed[at] = static_cast<char>(value);
            if (changed != sample_key) CHECK_FALSE(parse_verifier_key(changed).has_value());
        }
        CHECK_FALSE(parse_verifier_key(sample_key.substr(0, at)).has_value());
        CHECK_FALSE(parse_verifier_key(sample_key.substr(at + 1)).has_value());
    }
    CHECK_FALSE(parse_verifier_key(sample_key + "\n").has_value());
    CHECK_FALSE(parse_verifier_key(sample_key + "=").has_value());
    CHECK_FALSE(
        parse_verifier_key("PeterNeumann+C74F20A3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW")
            .has_value());
    // Another type of key, with the key id that belongs to it.
    CHECK_FALSE(
        parse_verifier_key("PeterNeumann+173116ae+ZRpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW")
            .has_value());
}

TEST_CASE("audit log: names of keys have no spaces, no plus and no control characters",
          "[tenancy][audit_log]") {
    const std::string seed(32, 's');
    for (const std::string name : {"a", "example.com/audit", "überprüfung", "a-b_c:d"}) {
        CHECK(is_key_name(name));
        CHECK(note_signer::make(name, seed).has_value());
    }
    for (const std::string name : {"", "a b", "a+b", "a\n", "a\tb",
                                   "a\xC2\xA0"
                                   "b",
                                   "\xE3\x80\x80", "\xE2\x80\xA8", "a\xFF"}) {
        CHECK_FALSE(is_key_name(name));
        CHECK(note_signer::make(name, seed).error().code == "malformed_key");
    }
    CHECK(note_signer::make("a", "short").error().code == "malformed_key");
}

TEST_CASE("audit log: a note with one changed, missing or extra byte is refused",
          "[tenancy][audit_log]") {
    const auto signer = signer_named("example.com/audit");
    const std::string note = signer.sign("first line\n\nlast line\n").value();
    REQUIRE(open_note(note, signer.verifier()).value() == "first line\n\nlast line\n");
    for (std::size_t at = 0; at < note.size(); ++at) {
        for (const int value : std::initializer_list<int>{0,
                                                          '\n',
                                                          ' ',
                                                          '+',
                                                          '-',
                                                          '/',
                                                          '0',
                                                          '=',
                                                          'A',
                                                          'a',
                                                          'z',
                                                          127,
                                                          128,
                                                          255,
                                                          note[at] ^ 1,
                                                          note[at] ^ 2,
                                                          note[at] ^ 4,
                                                          note[at] ^ 8,
                                                          note[at] ^ 16,
                                                          note[at] ^ 32}) {
            std::string changed = note;
            changed[at] = static_cast<char>(value);
            if (changed != note) CHECK(error_of(changed, signer.verifier()) != "opened");
        }
        CHECK(error_of(note.substr(0, at), signer.verifier()) != "opened");
        CHECK(error_of(note.substr(0, at) + note.substr(at + 1), signer.verifier()) != "opened");
        CHECK(error_of(note.substr(0, at) + " " + note.substr(at), signer.verifier()) != "opened");
    }
    CHECK(error_of(note + "\n", signer.verifier()) == "malformed_note");
    CHECK(error_of(note + "x", signer.verifier()) == "malformed_note");
}

TEST_CASE("audit log: signatures of unknown keys are ignored, a wrong one of the known key is not",
          "[tenancy][audit_log]") {
    const std::string text = "text\n";
    const auto ours = signer_named("ours", 'a');
    const auto same_name = signer_named("ours", 'b');
    const auto same_key = signer_named("theirs", 'a');
    const std::string our_note = ours.sign(text).value();
    const std::string others =
        line_of(same_name.sign(text).value()) + line_of(same_key.sign(text).value());
    CHECK(open_note(our_note + others, ours.verifier()).value() == text);
    CHECK(open_note(text + "\n" + others + line_of(our_note), ours.verifier()).value() == text);
    CHECK(error_of(text + "\n" + others, ours.verifier()) == "unknown_signer");
    CHECK(error_of(same_name.sign(text).value(), ours.verifier()) == "unknown_signer");
    CHECK(error_of(same_key.sign(text).value(), ours.verifier()) == "unknown_signer");
    const std::string of_other_text = line_of(ours.sign("other text\n").value());
    CHECK(error_of(text + "\n" + of_other_text, ours.verifier()) == "bad_signature");
    CHECK(error_of(our_note + of_other_text, ours.verifier()) == "bad_signature");
    // A key id that is ours on a signature that is none.
    const std::string short_one = base::base64(key_id(ours.verifier()) + "x");
    CHECK(error_of(text + "\n— ours " + short_one + "\n", ours.verifier()) == "bad_signature");
    // Unknown types may be long: a cosignature of 5 kB.
    const std::string long_one = "— witness " + base::base64(std::string(5000, 'x')) + "\n";
    CHECK(open_note(our_note + long_one, ours.verifier()).has_value());
}

TEST_CASE("audit log: what is not a note is refused before any signature is checked",
          "[tenancy][audit_log]") {
    const auto signer = signer_named("ours");
    const std::string line = line_of(signer.sign("text\n").value());
    const std::string id_alone = base::base64(std::string(4, 'x'));
    for (const std::string& note :
         std::initializer_list<std::string>{std::string{},
                                            std::string{"\n"},
                                            std::string{"\n\n"},
                                            std::string{"text\n"},
                                            "text\n" + line,
                                            line,
                                            "text\n\n" + line + "\n",
                                            "text\n\n" + line + "more\n",
                                            "text\r\n\r\n" + line,
                                            "text\n\n " + line,
                                            "text\n\n- ours x\n",
                                            std::string{"text\n\n— ours\n"},
                                            std::string{"text\n\n— ours \n"},
                                            "text\n\n— ours " + id_alone + "\n" + line,
                                            std::string{"text\n\n—ours eHh4eHh4\n"} + line,
                                            "text\n\n—  eHh4eHh4\n" + line,
                                            "text\n\n— o+s eHh4eHh4\n" + line,
                                            "text\n\n— o eHh4eHh4 \n" + line,
                                            "text\n\n— o eHh4eHg\n" + line,
                                            "text\n\n— o eHh4eHh=\n" + line}) {
        INFO(note);
        CHECK(error_of(note, signer.verifier()) == "malformed_note");
    }
    // The same line, spelt as it must be.
    CHECK(error_of("text\n\n— o eHh4eHh4\n" + line, signer.verifier()) == "opened");
    for (const std::string text : {"", "no newline", "tab\t\n", "\xFF\n"})
        CHECK(signer.sign(text).error().code == "malformed_note");
    CHECK(signer.sign(std::string(note_bytes_max, 'x') + "\n").error().code == "malformed_note");
    CHECK(error_of(std::string(note_bytes_max, 'x') + "\n\n" + line, signer.verifier()) ==
          "malformed_note");
    // Signed by the right key, and still no note.
    const std::string bytes = "\xFF\n";
    const std::string signature = base::ed25519_key{std::string(32, 's')}.sign(bytes);
    const std::string encoded = base::base64(key_id(signer.verifier()) + signature);
    CHECK(error_of(bytes + "\n— ours " + encoded + "\n", signer.verifier()) == "malformed_note");
    std::string many = "text\n\n";
    for (std::size_t i = 1; i < note_signatures_max; ++i) many += "— o eHh4eHh4\n";
    CHECK(error_of(many + line, signer.verifier()) == "opened");
    CHECK(error_of(many + line + "— o eHh4eHh4\n", signer.verifier()) == "malformed_note");
}

}  // namespace audit_log_signed_note_test
