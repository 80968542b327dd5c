// A file for the first API key, for installations whose standard output is logged, as in
// containers.
#pragma once
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace tollgate::server {

// The file is created, empty and with mode 0600, before the key exists, because a key that cannot
// be saved would be lost. It is removed again unless keep() has written the key.
class first_key_file {
public:
    // Reserves no file if `path` is empty. Fails with errc::unavailable "first_api_key_file" if the
    // file already exists or cannot be created.
    static base::result<first_key_file> reserve(const std::string& path);

    first_key_file() = default;
    first_key_file(first_key_file&& other) noexcept;
    first_key_file& operator=(first_key_file&& other) noexcept;
    ~first_key_file();

    bool reserved() const { return descriptor_ >= 0; }

    // Writes the key and a newline, and makes them durable. Call once, if reserved. Fails as
    // reserve() does.
    base::result<> keep(std::string_view key);

private:
    std::string path_;
    int descriptor_ = -1;
};

}  // namespace tollgate::server
