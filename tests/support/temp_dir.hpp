// A directory that is removed with everything in it when the test ends.
#pragma once
#include <filesystem>
#include <string>

#include "base/crypto.hpp"

namespace tollgate::test {

class temp_dir {
public:
    temp_dir()
        : path_(std::filesystem::temp_directory_path() /
                ("tollgate-test-" + base::random_base62(12))) {
        std::filesystem::create_directory(path_);
    }
    ~temp_dir() {
        std::error_code ignored;  // a leftover directory fails no test
        std::filesystem::remove_all(path_, ignored);
    }
    temp_dir(const temp_dir&) = delete;
    temp_dir& operator=(const temp_dir&) = delete;

    std::string file(const std::string& name) const { return (path_ / name).string(); }

private:
    std::filesystem::path path_;
};

}  // namespace tollgate::test
