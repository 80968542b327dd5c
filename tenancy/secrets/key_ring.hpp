// Secret keys of the instance (the vault's master keys, the peppers): several may be active, the
// newest is used for new things, the older ones for what they made.
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
    // One key a line, each 64 hex digits or Base64 of 32 bytes; the last line is the newest. Empty
    // lines and lines that begin with # do not count. `what` names the ring in messages. Fails with
    // invalid_argument "weak_key" when there is no key, one has another length, or one has fewer
    // than 8 different bytes.
    static base::result<key_ring> parse(std::string_view text, std::string_view what);

    const ring_key& newest() const { return keys_.back(); }
    // The key of that id, or null.
    const ring_key* find(std::string_view id) const;
    const std::vector<ring_key>& all() const { return keys_; }  // oldest first

private:
    std::vector<ring_key> keys_;
};

// Where a ring comes from: `text` (configuration or environment) when it is not empty, else `file`.
struct key_source {
    std::string text;
    std::string file;
    bool create_missing = true;  // false: a missing file is a failure ("key_file_missing")
    std::string_view variable = "the configuration";  // where `text` may be given, for that failure
};

struct loaded_ring {
    key_ring ring;
    bool file_created = false;
};

// Reads a ring. A file that does not exist is made with one new random key and mode 0600; a file
// /dev/fd/N is that descriptor of this process, which may be a pipe and is read to its end. Fails
// when the file may be read or written by others than its owner ("open_key_file"), is a FIFO or
// another thing that is no regular file ("not_a_file"), cannot be read or made, or stays silent for
// ten seconds ("key_file"), or holds a weak key. Blocks: call at the start.
base::result<loaded_ring> load_key_ring(const key_source& source, std::string_view what);

}  // namespace tollgate::tenancy
