// Key rings, the vault and the hasher.
#include "tenancy/secrets/key_ring.hpp"

#include <catch2/catch.hpp>

#include <fstream>
#include <sys/stat.h>

#include "base/crypto.hpp"
#include "tenancy/secrets/sealed_codec.hpp"
#include "tenancy/secrets/token_hasher.hpp"
#include "tenancy/secrets/vault.hpp"
#include "tests/support/tenancy_fixture.hpp"

namespace keys_test {

using namespace tollgate;
using namespace tollgate::tenancy;
using test::master_key_text;
using test::pepper_text;

namespace {

key_ring ring(const std::string& text) {
    return key_ring::parse(text, "key").value();
}

void write(const std::string& file, const std::string& text, mode_t mode) {
    std::ofstream{file} << text;
    REQUIRE(::chmod(file.c_str(), mode) == 0);
}

}  // namespace

TEST_CASE("tenancy key ring: the last line is the newest and hex equals Base64",
          "[tenancy][keys]") {
    const auto both = ring("# comment\n" + master_key_text + "\r\n\n  " + pepper_text + "  \n");
    REQUIRE(both.all().size() == 2);
    CHECK(both.newest().id == ring(pepper_text).newest().id);
    CHECK(both.find(ring(master_key_text).newest().id) == &both.all().front());
    CHECK(both.find("00000000") == nullptr);
    const std::string in_base64 = base::base64(*base::from_hex(master_key_text));
    CHECK(ring(in_base64).newest().key.reveal() == ring(master_key_text).newest().key.reveal());
}

TEST_CASE("tenancy key ring: short, weak and malformed keys are refused", "[tenancy][keys]") {
    const std::string short_key = master_key_text.substr(2);
    for (const std::string& text :
         {std::string{}, std::string{"\n# only a comment\n"}, short_key, std::string(64, '0'),
          std::string{"password"}, std::string(64, 'g'), master_key_text + "\nnot a key"}) {
        const auto parsed = key_ring::parse(text, "master key");
        REQUIRE(parsed.has_error());
        CHECK(parsed.error().code == "weak_key");
        CHECK(parsed.error().message.find("master key") != std::string::npos);
        if (text.size() > 8) CHECK(parsed.error().message.find(text) == std::string::npos);
    }
}

TEST_CASE("tenancy key ring: the first start makes a private file and reads it ever after",
          "[tenancy][keys]") {
    const test::temp_dir dir;
    const key_source source{{}, dir.file("master.key")};
    const auto first = load_key_ring(source, "master key");
    REQUIRE(first.has_value());
    CHECK(first->file_created);
    struct stat facts{};
    REQUIRE(::stat(source.file.c_str(), &facts) == 0);
    CHECK((facts.st_mode & 0777U) == 0600U);
    const auto second = load_key_ring(source, "master key");
    REQUIRE(second.has_value());
    CHECK_FALSE(second->file_created);
    CHECK(second->ring.newest().id == first->ring.newest().id);
}

TEST_CASE("tenancy key ring: a file that others may use is refused", "[tenancy][keys]") {
    const test::temp_dir dir;
    for (const mode_t mode : {0640U, 0604U, 0620U, 0601U, 0666U}) {
        const std::string file = dir.file("k" + std::to_string(mode));
        write(file, master_key_text, mode);
        const auto loaded = load_key_ring({{}, file}, "master key");
        REQUIRE(loaded.has_error());
        CHECK(loaded.error().code == "open_key_file");
        CHECK(loaded.error().message.find("chmod 600") != std::string::npos);
    }
    write(dir.file("good"), master_key_text, 0400);
    CHECK(load_key_ring({{}, dir.file("good")}, "master key").has_value());
    write(dir.file("short"), "abcd", 0600);
    CHECK(load_key_ring({{}, dir.file("short")}, "master key").error().code == "weak_key");
    CHECK(load_key_ring({{}, dir.file("no") + "/file"}, "master key").error().code == "key_file");
}

TEST_CASE("tenancy key ring: configured text wins over the file and makes none",
          "[tenancy][keys]") {
    const test::temp_dir dir;
    const auto loaded = load_key_ring({master_key_text, dir.file("k")}, "master key");
    REQUIRE(loaded.has_value());
    CHECK_FALSE(loaded->file_created);
    CHECK_FALSE(std::filesystem::exists(dir.file("k")));
}

TEST_CASE("tenancy vault: what is sealed for one place opens there only", "[tenancy][vault]") {
    const vault secrets{ring(master_key_text)};
    const auto sealed = secrets.seal("rk_test_secret", "team_a|ia_a");
    CHECK(secrets.open(sealed, "team_a|ia_a")->reveal() == "rk_test_secret");
    CHECK(secrets.open(sealed, "team_b|ia_a").error().code == "sealed_blob_damaged");
    CHECK(secrets.open(sealed, "team_a|ia_b").error().code == "sealed_blob_damaged");
    CHECK(sealed.ciphertext.find("secret") == std::string::npos);

    auto damaged = sealed;
    damaged.ciphertext.back() = static_cast<char>(damaged.ciphertext.back() ^ 1);
    CHECK(secrets.open(damaged, "team_a|ia_a").error().code == "sealed_blob_damaged");
    damaged = sealed;
    damaged.wrapped_key.front() = static_cast<char>(damaged.wrapped_key.front() ^ 1);
    CHECK(secrets.open(damaged, "team_a|ia_a").error().code == "sealed_blob_damaged");
    damaged = sealed;
    std::swap(damaged.wrapped_key, damaged.ciphertext);
    CHECK(secrets.open(damaged, "team_a|ia_a").has_error());
}

TEST_CASE("tenancy vault: each secret has a data key of its own", "[tenancy][vault]") {
    const vault secrets{ring(master_key_text)};
    const auto one = secrets.seal("same", "place");
    auto two = secrets.seal("same", "place");
    CHECK(one.ciphertext != two.ciphertext);
    two.wrapped_key = one.wrapped_key;
    CHECK(secrets.open(two, "place").has_error());
}

TEST_CASE("tenancy vault: after a rotation old secrets open and new ones use the new key",
          "[tenancy][vault]") {
    const vault old_vault{ring(master_key_text)};
    const vault new_vault{ring(master_key_text + "\n" + pepper_text)};
    const auto sealed = old_vault.seal("x", "place");
    CHECK(new_vault.open(sealed, "place")->reveal() == "x");
    const auto again = new_vault.seal("x", "place");
    CHECK(again.key_id != sealed.key_id);
    CHECK(old_vault.open(again, "place").error().code == "unknown_master_key");
    CHECK(new_vault.derive("a").reveal() != new_vault.derive("b").reveal());
}

TEST_CASE("tenancy vault: a sealed blob survives its text form and damage is noticed",
          "[tenancy][vault]") {
    const vault secrets{ring(master_key_text)};
    const std::string text = encode_sealed(secrets.seal("x", "place"));
    CHECK(secrets.open(decode_sealed(text).value(), "place")->reveal() == "x");
    for (const auto* wrong : {"", "a", "a:b", "a:00:zz", "a:0:00"})
        CHECK(decode_sealed(wrong).has_error());
}

TEST_CASE("tenancy hasher: the newest pepper makes hashes, every active one is asked",
          "[tenancy][keys]") {
    const token_hasher before{ring(master_key_text)};
    const token_hasher after{ring(master_key_text + "\n" + pepper_text)};
    const auto stored = before.hash("tgm_token");
    CHECK(stored.digest.size() == 32);
    const auto asked = after.candidates("tgm_token");
    REQUIRE(asked.size() == 2);
    CHECK(asked[0].pepper_id == after.hash("tgm_token").pepper_id);
    CHECK(asked[1].pepper_id == stored.pepper_id);
    CHECK(asked[1].digest == stored.digest);
    CHECK(asked[0].digest != stored.digest);
}

}  // namespace keys_test
