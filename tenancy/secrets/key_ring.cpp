#include "tenancy/secrets/key_ring.hpp"

#include <bitset>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <optional>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/crypto.hpp"
#include "base/files.hpp"

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

// Creates a file, which must not exist, with a new random key, and makes it durable.
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

// Reads `in` to its end. Waits for a pipe, for ten seconds between reads.
result<base::secret> read_all(int in, const std::string& file) {
    constexpr int timeout_ms = 10'000;
    std::string text(file_bytes_max, '\0');
    std::size_t size = 0;
    while (size < text.size()) {
        pollfd ready{in, POLLIN, 0};
        if (::poll(&ready, 1, timeout_ms) == 0) {
            base::wipe(text);
            return fail(errc::unavailable, "key_file",
                        "nothing came from " + file + " in ten seconds, and it was not closed");
        }
        const ssize_t count = ::read(in, text.data() + size, text.size() - size);
        if (count < 0) return file_failure(file, "read");
        if (count == 0) break;
        size += static_cast<std::size_t>(count);
    }
    text.resize(size);
    return base::secret{std::move(text)};
}

}  // namespace

result<base::secret> read_secret_file(const std::string& file) {
    const int given = base::descriptor_in(file);
    // Without O_NONBLOCK, opening a FIFO would wait for a writer.
    const descriptor in{given >= 0 ? ::dup(given)
                                   : ::open(file.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC)};
    if (in.get() < 0) return file_failure(file, "read");
    struct stat facts{};
    if (::fstat(in.get(), &facts) != 0) return file_failure(file, "read");
    if (given < 0 && !S_ISREG(facts.st_mode))
        return fail(
            errc::invalid_argument, "not_a_file",
            file + " is not a regular file: name one that is, or a descriptor as /dev/fd/3");
    if (S_ISREG(facts.st_mode) && (facts.st_mode & 0077U) != 0)
        return fail(errc::invalid_argument, "open_key_file",
                    file + " may be used by others than its owner: run chmod 600 on it");
    return read_all(in.get(), file);
}

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
    const bool from_file = base::descriptor_in(source.file) < 0;
    if (from_file && ::access(source.file.c_str(), F_OK) != 0 && errno == ENOENT) {
        if (!source.create_missing)
            return fail(errc::corrupt, "key_file_missing",
                        "the " + std::string{what} + " " + source.file +
                            " is not there, and the database needs it: put it back from its "
                            "backup. Where several instances share a database, each needs the same "
                            "one: copy it from the instance that has it, or give its text in " +
                            std::string{source.variable});
        auto created = create(source.file, what);
        if (!created) return created.error();
        loaded.file_created = true;
    }
    auto text = read_secret_file(source.file);
    if (!text) return text.error();
    auto ring = key_ring::parse(text->reveal(), std::string{what} + " in " + source.file);
    if (!ring) return ring.error();
    loaded.ring = std::move(*ring);
    return loaded;
}

}  // namespace tollgate::tenancy
