// Any configuration file: settings or a sentence, and what is printed reads back.
#include "fuzz.hpp"
#include "server/config/load.hpp"

using namespace tollgate;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    server::config value;
    const std::string text{fuzz::text_of(data, size)};
    const auto read = server::read_yaml(value, "file", text);
    fuzz::require(read || !read.error().message.empty(), "a refusal says why");
    if (!read) return 0;
    (void)server::check_config(value);
    const std::string printed = server::print_config(value);
    if (printed.find("\"***\"") != std::string::npos) return 0;  // a secret does not read back
    server::config again;
    fuzz::require(server::read_yaml(again, "printed", printed).has_value(), "printed text is read");
    fuzz::require(server::print_config(again) == printed, "printed text means the same");
    return 0;
}
