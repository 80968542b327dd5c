// Secret keys of the instance (the vault's master keys, the peppers). Several may be active: the
// newest is used for new values, the older ones only for existing values.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "base/secret.hpp"

namespace tollgate::tenancy {

struct ring_key {
    std::string id;    // derived from the key: 8 hex digits
    base::secret key;  // 32 bytes
};

class key_ring {
public:
    // One key per line, each 64 hex digits or Base64 of 32 bytes; the last line is the newest.
    // Empty lines and lines that begin with # are ignored. `what` names the ring in messages. Fails
    // with invalid_argument "weak_key" if there is no key, a key has another length, or a key has
    // fewer than 8 different bytes.
    static base::result<key_ring> parse(std::string_view text, std::string_view what);

    const ring_key& newest() const { return keys_.back(); }
    // Returns the key with that id, or null.
    const ring_key* find(std::string_view id) const;
    const std::vector<ring_key>& all() const { return keys_; }  // oldest first

private:
    std::vector<ring_key> keys_;
};

// Where a ring comes from: `text` (configuration or environment) if it is not empty, otherwise
// `file`.
struct key_source {
    std::string text;
    std::string file;
    bool create_missing = true;  // false: a missing file is a failure ("key_file_missing")
    // Named in that failure: where `text` can be given.
    std::string_view variable = "the configuration";
};

struct loaded_ring {
    key_ring ring;
    bool file_created = false;
};

// Reads a file that holds a secret. A file /dev/fd/N is that descriptor of this process; it may be
// a pipe and is read to its end. Fails if others than the owner may read or write the file
// ("open_key_file"), if it is a FIFO or otherwise not a regular file ("not_a_file"), and if it
// cannot be read or sends nothing for ten seconds ("key_file"). Blocks: call at startup.
base::result<base::secret> read_secret_file(const std::string& file);

// Reads a ring. A file that does not exist is created with one new random key and mode 0600. Fails
// as read_secret_file does, with "key_file" if it cannot be created, and if it holds a weak key.
// Blocks: call at the start.
base::result<loaded_ring> load_key_ring(const key_source& source, std::string_view what);

}  // namespace tollgate::tenancy
