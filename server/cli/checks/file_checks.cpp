#include "server/cli/checks/file_checks.hpp"

#include <cstring>
#include <filesystem>
#include <sys/stat.h>
#include <sys/statvfs.h>

#include "server/app/store.hpp"
#include "server/cli/checks/certificate_check.hpp"
#include "server/config/orders_file.hpp"
#include "tenancy/secrets/key_ring.hpp"

namespace tollgate::server::checks {

namespace {

constexpr std::uint64_t mebibyte = std::uint64_t{1024} * 1024;
constexpr std::uint64_t free_wanted = 1024 * mebibyte;

bool exists(const std::string& path) {
    std::error_code ignored;
    return std::filesystem::exists(path, ignored);
}

std::string join(const std::vector<std::string>& words) {
    std::string out;
    for (const auto& one : words) out += (out.empty() ? "" : ", ") + one;
    return out;
}

finding check_variables(const config& value) {
    if (value.ignored_variables.empty()) return ok("configuration", "it was read");
    return warning("configuration", "no settings, and so ignored: " + join(value.ignored_variables),
                   "remove these variables, or correct their names: tollgate config print lists "
                   "the settings");
}

finding check_public_url(const config& value) {
    const std::string& url = value.server.public_url;
    if (url.starts_with("https://")) return ok("public URL", url);
    if (url.empty())
        return warning("public URL",
                       "none: MCP URLs begin with the address of " + value.server.listen,
                       "set server.public_url to the https address that clients use");
    return warning("public URL", url + " is not https: hosted clients refuse it",
                   "put TLS in front of the gateway, or set tls.certificate and tls.key");
}

finding check_stripe_setting(const config& value) {
    if (value.sandbox.enabled)
        return warning("stripe", "the built-in sandbox is used: no real payment is seen or made",
                       "set sandbox.enabled to false for real accounts");
    return ok("stripe", value.stripe.api_base);
}

// The free space where `path`, or its nearest parent that is there, is.
finding check_space(const config& value) {
    std::filesystem::path path{value.data.directory};
    path = std::filesystem::absolute(path);
    while (!exists(path.string()) && path.has_relative_path()) path = path.parent_path();
    struct statvfs facts{};
    if (::statvfs(path.c_str(), &facts) != 0)
        return failure("disk", path.string() + ": " + std::strerror(errno),
                       "name another data.directory");
    const std::uint64_t left = std::uint64_t{facts.f_bavail} * facts.f_frsize / mebibyte;
    const std::string what = std::to_string(left) + " MiB are free below " + path.string();
    if (left < value.data.reserve_mb)
        return failure("disk", what + ", less than data.reserve_mb",
                       "free some space, or move data.directory");
    if (left * mebibyte < free_wanted)
        return warning("disk", what, "free some space, or move data.directory");
    return ok("disk", what);
}

finding check_data_directory(const config& value) {
    const std::string& path = value.data.directory;
    struct stat facts{};
    if (::stat(path.c_str(), &facts) != 0)
        return warning("data", path + " is not there yet",
                       "nothing: the first start makes it, for its owner only");
    if (!S_ISDIR(facts.st_mode))
        return failure("data", path + " is not a directory", "name another data.directory");
    if ((facts.st_mode & (S_IWGRP | S_IWOTH)) != 0)
        return failure("data", "others than the owner may write to " + path, "chmod 700 " + path);
    return ok("data", path);
}

// Whether there is a database that was written with a key.
enum class key_need : std::uint8_t { none, here, elsewhere, unknown };

finding missing_key(const char* name, const std::string& file, key_need need) {
    const std::string missing = file + " is missing, but there is a database that needs it";
    switch (need) {
        case key_need::none:
            break;
        case key_need::here:
            return failure(name, missing,
                           "put the file back from its backup; a new one would not open what is "
                           "stored");
        case key_need::elsewhere:
            return failure(name, missing,
                           "copy it from the instance that has it, or from its backup; a new one "
                           "would not open what is stored");
        case key_need::unknown:
            return warning(name, file + " is not there yet",
                           "copy it from the instance that has it, unless the database is empty: "
                           "the first start makes it then");
    }
    return warning(name, file + " is not there yet", "nothing: the first start makes it");
}

// Asks a database elsewhere only when it has to.
key_need need_of(const config& value) {
    const auto kind = check_store(value);
    if (!kind) return key_need::unknown;
    if (*kind == store_kind::file)
        return exists(database_file(value)) ? key_need::here : key_need::none;
    const auto where = place_of(value);
    const auto state =
        where ? storage::look_at(*where) : base::result<storage::database_state>{where.error()};
    if (!state) return state.error().code == "no_database" ? key_need::none : key_need::unknown;
    return state->applied == 0 ? key_need::none : key_need::elsewhere;
}

finding check_key(const char* name, const std::string& text, const std::string& file,
                  const config& value) {
    if (text.empty() && !exists(file)) return missing_key(name, file, need_of(value));
    const auto ring =
        tenancy::load_key_ring({.text = text, .file = file, .create_missing = false}, name);
    if (ring) return ok(name, text.empty() ? file : "from the configuration");
    const bool open = ring.error().code == "open_key_file";
    return failure(name, ring.error().message,
                   open ? "chmod 600 " + file : "put the right file there");
}

void check_keys(const config& value, findings& out) {
    const auto named = [&](const std::string& file, const char* usual) {
        return file.empty() ? value.data.directory + "/" + usual : file;
    };
    out.push_back(check_key("master key", value.vault.master_key,
                            named(value.vault.master_key_file, "master.key"), value));
    out.push_back(check_key("pepper", value.vault.pepper,
                            named(value.vault.pepper_file, "pepper.key"), value));
}

void check_secret_files(const config& value, findings& out) {
    for (const std::string& file :
         {value.audit.anchor_webhook_secret_file, value.audit.forward_webhook_secret_file}) {
        if (file.empty()) continue;
        const auto secret = tenancy::read_secret_file(file);
        out.push_back(secret ? ok("secret file", file)
                             : failure("secret file", secret.error().message,
                                       "chmod 600 " + file +
                                           ", and let it belong to the user of "
                                           "the gateway"));
    }
}

}  // namespace

findings check_settings(const config& value) {
    findings out;
    out.push_back(check_variables(value));
    out.push_back(ok(
        "addresses",
        "MCP on " + value.server.listen + ", the admin API on " +
            (value.server.admin_listen.empty() ? "the same address" : value.server.admin_listen)));
    out.push_back(check_public_url(value));
    const auto kind = check_store(value);
    if (!kind)
        out.push_back(failure("records", kind.error().message, "correct data.url"));
    else
        out.push_back(ok("records", *kind == store_kind::file ? "SQLite, " + database_file(value)
                                                              : "PostgreSQL"));
    out.push_back(value.redis.url.empty()
                      ? skipped("redis", "not used: one instance, limits in its memory")
                      : ok("redis", "used for limits and messages between instances"));
    out.push_back(check_stripe_setting(value));
    out.push_back(ok("log", value.log.file.empty() ? "standard error" : value.log.file));
    return out;
}

findings check_files(const config& value) {
    findings out;
    out.push_back(check_data_directory(value));
    out.push_back(check_space(value));
    check_keys(value, out);
    out.push_back(check_certificate(value.tls.certificate, value.tls.key));
    check_secret_files(value, out);
    if (!value.orders.file.empty()) {
        const auto orders = read_orders_file(value.orders.file);
        out.push_back(orders ? ok("orders", value.orders.file)
                             : failure("orders", orders.error().message, "correct the file"));
    }
    return out;
}

finding check_database(const config& value) {
    const auto where = place_of(value);
    if (!where) return failure("store", where.error().message, "correct data.url");
    const auto state = storage::look_at(*where);
    if (!state && state.error().code == "no_database")
        return warning("store", "there is no database yet", "nothing: the first start makes it");
    if (!state)
        return failure("store", state.error().message, "start the database, or correct data.url");
    if (!state->missing.empty())
        return warning("store", std::to_string(state->missing.size()) + " migrations are missing",
                       "nothing: the next start applies them; tollgate backup first");
    std::string what = "up to date, " + std::to_string(state->applied) + " migrations";
    what += state->in_use ? "; a gateway runs on it" : "; no gateway runs on it";
    return ok("store", std::move(what));
}

}  // namespace tollgate::server::checks
