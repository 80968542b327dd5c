// Any policy file: rules or a sentence with a place, and the JSON of what was read means the same.
#include "server/cli/policy/policy_file.hpp"

#include "base/yaml_reader.hpp"
#include "base/yaml_tree.hpp"
#include "fuzz.hpp"
#include "tests/support/tool_directory.hpp"

using namespace tollgate;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static const test::small_directory tools;
    const auto text = fuzz::text_of(data, size);
    const auto rules = server::read_policy_text(text, "file", tools);
    fuzz::require(rules || rules.error().message.starts_with("file:"), "a mistake has a place");
    if (rules) fuzz::require(fuzz::is_json(rules->body), "rules become JSON");
    const auto read = base::read_yaml_tree(text, "file");
    if (!read) return 0;
    const std::string json = base::json_of(*read);
    fuzz::require(fuzz::is_json(json), "what is read becomes JSON");
    constexpr std::size_t key_bytes_max = 1'000;  // YAML takes no longer keys in one line
    if (json.size() > key_bytes_max) return 0;
    const auto again = base::read_yaml_tree(json, "json");
    fuzz::require(again.has_value(), "JSON is read");
    fuzz::require(base::json_of(*again) == json, "JSON means the same");
    return 0;
}
