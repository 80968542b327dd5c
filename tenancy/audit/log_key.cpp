#include "tenancy/audit/log_key.hpp"

#include <utility>
#include <vector>

#include "base/crypto.hpp"
#include "storage/changes/settings.hpp"
#include "tenancy/secrets/places.hpp"
#include "tenancy/secrets/sealed_codec.hpp"

namespace tollgate::tenancy {

namespace {

using base::awaitable;
using base::result;

constexpr std::size_t seed_bytes = 32;
constexpr std::size_t name_characters = 12;

// The key is sealed for the name, so that neither can be replaced alone.
result<base::secret> open_seed(const vault& secrets, std::string_view name, std::string_view key) {
    const auto sealed = decode_sealed(key);
    if (!sealed) return sealed.error();
    return secrets.open(*sealed, audit_key_place(name));
}

std::string origin_of(std::string_view installation, std::string_view team_id) {
    return std::string{installation} + "/audit/" + std::string{team_id};
}

}  // namespace

result<std::string> stored_verifier_text(const vault& secrets, std::string_view installation,
                                         std::string_view stored_key, std::string_view team_id) {
    const auto seed = open_seed(secrets, installation, stored_key);
    if (!seed) return seed.error();
    const auto signer =
        audit_log::note_signer::make(origin_of(installation, team_id), seed->reveal());
    if (!signer) return signer.error();
    return audit_log::to_text(signer->verifier());
}

// True if both are stored; they have then been read.
awaitable<result<bool>> audit_log_key::read() {
    std::string setting{audit_name_setting};
    auto name = co_await env_.store.find_setting(std::move(setting));
    if (!name) co_return name.error();
    setting = audit_key_setting;
    auto key = co_await env_.store.find_setting(std::move(setting));
    if (!key) co_return key.error();
    if (!*name && !*key) co_return false;
    if (!*name || !*key)
        co_return base::fail(base::errc::corrupt, "audit_key_damaged",
                             "the database has only one of the settings audit_installation and "
                             "audit_key: restore a backup");
    auto seed = open_seed(env_.secrets, **name, **key);
    if (!seed) co_return seed.error();
    if (seed->reveal().size() != seed_bytes)
        co_return base::fail(
            base::errc::corrupt, "audit_key_damaged",
            "the setting audit_key holds no key of the audit log: restore a backup");
    installation_ = std::move(**name);
    key_.emplace(seed->reveal());
    co_return true;
}

awaitable<result<>> audit_log_key::open() {
    auto found = co_await read();
    if (!found) co_return found.error();
    if (*found) co_return result<>{};
    const std::string name = "tollgate-" + base::random_base62(name_characters);
    const base::secret seed{base::random_bytes(seed_bytes)};
    const auto sealed = env_.secrets.seal(seed.reveal(), audit_key_place(name));
    std::vector<storage::change> changes{
        storage::add_setting{std::string{audit_name_setting}, name},
        storage::add_setting{std::string{audit_key_setting}, encode_sealed(sealed)}};
    auto kept = co_await env_.store.commit(std::move(changes));
    // If another instance was first, its key is the one to use.
    if (!kept && kept.error().code != "setting_exists") co_return kept;
    found = co_await read();
    if (!found) co_return found.error();
    if (*found) co_return result<>{};
    co_return base::fail(base::errc::corrupt, "audit_key_damaged",
                         "the key of the audit log was stored, but cannot be found");
}

std::string audit_log_key::origin(std::string_view team_id) const {
    return origin_of(installation_, team_id);
}

result<audit_log::note_signer> audit_log_key::signer(std::string_view team_id) const {
    return audit_log::note_signer::make(origin(team_id), key_.value());
}

result<std::string> audit_log_key::verifier_text(std::string_view team_id) const {
    const auto made = signer(team_id);
    if (!made) return made.error();
    return audit_log::to_text(made->verifier());
}

}  // namespace tollgate::tenancy
