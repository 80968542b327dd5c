// Any OpenAPI document: declarations that are read again, or a sentence; what is left out has a
// reason.
#include "fuzz.hpp"
#include "server/cli/openapi/from_document.hpp"
#include "stripe/declarations/declarations.hpp"
#include "stripe/tools/directory.hpp"

using namespace tollgate;

namespace {

bool is_one_line(const std::string& text) {
    return text.find('\n') == std::string::npos;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static const stripe::catalogue_directory tools;
    const auto document = server::openapi_document::read(fuzz::text_of(data, size), "file");
    if (!document) {
        fuzz::require(!document.error().message.empty(), "a mistake is a sentence");
        return 0;
    }
    const auto made =
        server::declarations_of_openapi(**document, {}, "https://api.example.com", tools);
    if (!made) return 0;
    for (const auto& one : made->left_out) {
        fuzz::require(!one.reason.empty(), "what is left out has a reason");
        fuzz::require(is_one_line(one.operation + one.input), "a reason is one line");
    }
    if (made->text.size() > tenancy::declarations_bytes_max ||
        made->tools > tenancy::capabilities_max)
        return 0;
    const auto read = stripe::read_declarations(made->text, "file", true);
    for (const auto& problem : read.problems)
        fuzz::require(problem.path.starts_with("service."), "the capabilities are accepted");
    fuzz::require(read.document.capabilities.size() == made->tools, "every tool is read again");
    return 0;
}
