#include "base/trusted_authorities.hpp"

#include <boost/asio/ssl/context.hpp>

#include <cstdlib>
#include <filesystem>
#include <string_view>

namespace tollgate::base {

namespace {

std::string system_folder() {
    const char* const named = std::getenv(X509_get_default_cert_dir_env());
    return named != nullptr ? named : X509_get_default_cert_dir();
}

// True for file names in OpenSSL's hashed folders: eight hexadecimal digits, a dot and a number.
bool is_hashed_name(std::string_view name) {
    constexpr std::size_t digits = 8;
    return name.size() > digits + 1 && name[digits] == '.' &&
           name.substr(0, digits).find_first_not_of("0123456789abcdef") == std::string_view::npos &&
           name.substr(digits + 1).find_first_not_of("0123456789") == std::string_view::npos;
}

bool is_hashed(const std::string& folder) {
    std::error_code none;
    std::filesystem::directory_iterator files{folder, none};
    for (; !none && files != std::filesystem::directory_iterator{}; files.increment(none))
        if (is_hashed_name(files->path().filename().native())) return true;
    return false;
}

}  // namespace

void trust_authorities(boost::asio::ssl::context& context, const std::string& ca_file,
                       boost::system::error_code& error) {
    if (!ca_file.empty()) {
        context.load_verify_file(ca_file, error);
        return;
    }
    const bool one_file = std::getenv(X509_get_default_cert_file_env()) != nullptr;
    const auto folder = system_folder();
    if (!one_file && is_hashed(folder)) {
        context.add_verify_path(folder, error);
    } else {
        context.set_default_verify_paths(error);
    }
}

}  // namespace tollgate::base
