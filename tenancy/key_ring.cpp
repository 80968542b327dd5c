#include "tenancy/key_ring.hpp"

#include <bitset>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <optional>
#include <sys/stat.h>
#include <unistd.h>

#include "base/crypto.hpp"

namespace tollgate::tenancy {

namespace {

using base::errc;
using base::fail;
using base::invalid;
using base::result;

constexpr std::size_t key_bytes = 32;
constexpr std::size_t distinct_bytes_min = 8;
constexpr std::size_t file_bytes_max = 65536;

std::optional<std::string> decode(std::string_view line) {
    auto key = line.size() == key_bytes * 2 ? base::from_hex(line) : base::from_base64(line);
    if (!key || key->size() != key_bytes) return {};
    std::bitset<256> seen;
    for (const char byte : *key) seen.set(static_cast<unsigned char>(byte));
    if (seen.count() < distinct_bytes_min) return {};
    return key;
}

std::string_view trimmed(std::string_view line) {
    while (!line.empty() && (line.back() == '\r' || line.back() == ' ' || line.back() == '\t'))
        line.remove_suffix(1);
    while (!line.empty() && (line.front() == ' ' || line.front() == '\t')) line.remove_prefix(1);
    return line;
}

class descriptor {
public:
    explicit descriptor(int value) : value_(value) {}
    ~descriptor() {
        if (value_ >= 0) ::close(value_);
    }
    descriptor(const descriptor&) = delete;
    descriptor& operator=(const descriptor&) = delete;
    int get() const { return value_; }

private:
    int value_;
};

base::failure file_failure(const std::string& file, std::string_view doing) {
    return fail(errc::unavailable, "key_file",
                "cannot " + std::string{doing} + " " + file + ": " + std::strerror(errno));
}

// Writes a new random key to a file that must not exist, and makes it durable.
result<> create(const std::string& file, std::string_view what) {
    const descriptor out{::open(file.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600)};
    if (out.get() < 0) return file_failure(file, "make");
    std::string text = "# Tollgate " + std::string{what} +
                       ". Keep a copy in a safe place: without it, what it protects is lost.\n" +
                       base::hex(base::random_bytes(key_bytes)) + "\n";
    const ssize_t written = ::write(out.get(), text.data(), text.size());
    const bool whole = written == static_cast<ssize_t>(text.size());
    base::wipe(text);
    if (whole && ::fsync(out.get()) == 0) return {};
    auto failure = file_failure(file, "write");
    ::unlink(file.c_str());
    return failure;
}

result<base::secret> read_private(const std::string& file) {
    const descriptor in{::open(file.c_str(), O_RDONLY | O_CLOEXEC)};
    if (in.get() < 0) return file_failure(file, "read");
    struct stat facts{};
    if (::fstat(in.get(), &facts) != 0) return file_failure(file, "read");
    if ((facts.st_mode & 0077U) != 0)
        return fail(errc::invalid_argument, "open_key_file",
                    file + " may be used by others than its owner: run chmod 600 on it");
    std::string text(file_bytes_max, '\0');
    const ssize_t count = ::read(in.get(), text.data(), text.size());
    if (count < 0) return file_failure(file, "read");
    text.resize(static_cast<std::size_t>(count));
    return base::secret{std::move(text)};
}

}  // namespace

result<key_ring> key_ring::parse(std::string_view text, std::string_view what) {
    key_ring ring;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find('\n'), text.size());
        const std::string_view line = trimmed(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
        if (line.empty() || line.front() == '#') continue;
        auto key = decode(line);
        if (!key)
            return invalid("weak_key",
                           "the " + std::string{what} +
                               " is not a key, or repeats itself too much for one: give 32 random "
                               "bytes as 64 hex digits or as Base64 (openssl rand -hex 32)");
        const base::digest mark = base::hmac_sha256(*key, "tollgate key id");
        ring.keys_.push_back(
            {base::hex(base::as_view(mark)).substr(0, 8), base::secret{std::move(*key)}});
    }
    if (ring.keys_.empty())
        return invalid("weak_key", "the " + std::string{what} +
                                       " is empty: give 32 random bytes as 64 hex digits or as "
                                       "Base64 (openssl rand -hex 32)");
    return ring;
}

const ring_key* key_ring::find(std::string_view id) const {
    for (const ring_key& key : keys_)
        if (key.id == id) return &key;
    return nullptr;
}

result<loaded_ring> load_key_ring(const key_source& source, std::string_view what) {
    loaded_ring loaded;
    if (!source.text.empty()) {
        auto ring = key_ring::parse(source.text, what);
        if (!ring) return ring.error();
        loaded.ring = std::move(*ring);
        return loaded;
    }
    if (::access(source.file.c_str(), F_OK) != 0 && errno == ENOENT) {
        if (!source.create_missing)
            return fail(errc::corrupt, "key_file_missing",
                        "the " + std::string{what} + " " + source.file +
                            " is gone, and the database needs it: put it back from its backup");
        auto created = create(source.file, what);
        if (!created) return created.error();
        loaded.file_created = true;
    }
    auto text = read_private(source.file);
    if (!text) return text.error();
    auto ring = key_ring::parse(text->reveal(), std::string{what} + " in " + source.file);
    if (!ring) return ring.error();
    loaded.ring = std::move(*ring);
    return loaded;
}

}  // namespace tollgate::tenancy
