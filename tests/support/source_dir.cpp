#include "tests/support/source_dir.hpp"

namespace tollgate::test {

std::string source_file(const std::string& path) {
    return std::string(TOLLGATE_SOURCE_DIR "/") + path;
}

}  // namespace tollgate::test
