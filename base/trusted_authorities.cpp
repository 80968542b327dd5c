#include "base/trusted_authorities.hpp"

#include <boost/asio/ssl/context.hpp>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <mutex>
#include <string_view>
#include <vector>

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

std::string system_file() {
    const char* const named = std::getenv(X509_get_default_cert_file_env());
    return named != nullptr ? named : X509_get_default_cert_file();
}

using authority_store = std::unique_ptr<X509_STORE, decltype(&X509_STORE_free)>;

// The authorities of one file, read once however many contexts trust them.
struct file_of_authorities {
    std::string file;
    std::string folder;
    std::filesystem::file_time_type written;
    authority_store store{nullptr, &X509_STORE_free};
};

// Reads the file into `context`, or gives it what another context has read from the same file, if
// nobody has changed it since.
template <typename Read>
void read_or_share(boost::asio::ssl::context& context, const std::string& file,
                   const std::string& folder, Read read) {
    static std::mutex mutex;
    static std::vector<file_of_authorities> known;
    std::error_code none;
    const auto written = std::filesystem::last_write_time(file, none);
    const std::lock_guard lock{mutex};
    const auto found = std::ranges::find_if(known, [&](const file_of_authorities& one) {
        return one.file == file && one.folder == folder;
    });
    if (!none && found != known.end() && found->written == written) {
        SSL_CTX_set1_cert_store(context.native_handle(), found->store.get());
        return;
    }
    if (!read() || none) return;
    if (found != known.end()) known.erase(found);
    X509_STORE* const store = SSL_CTX_get_cert_store(context.native_handle());
    X509_STORE_up_ref(store);
    known.push_back({file, folder, written, authority_store{store, &X509_STORE_free}});
}

}  // namespace

void trust_authorities(boost::asio::ssl::context& context, const std::string& ca_file,
                       boost::system::error_code& error) {
    if (!ca_file.empty()) {
        read_or_share(context, ca_file, {}, [&] {
            context.load_verify_file(ca_file, error);
            return !error;
        });
        return;
    }
    const bool one_file = std::getenv(X509_get_default_cert_file_env()) != nullptr;
    const auto folder = system_folder();
    if (!one_file && is_hashed(folder)) {
        context.add_verify_path(folder, error);
        return;
    }
    read_or_share(context, system_file(), folder, [&] {
        context.set_default_verify_paths(error);
        return !error;
    });
}

}  // namespace tollgate::base
