// Where this tree is, for tests that read its files.
#pragma once
#include <string>

namespace tollgate::test {

// `path` in the tree, as an absolute path: source_file("docs/README.md").
std::string source_file(const std::string& path);

}  // namespace tollgate::test
