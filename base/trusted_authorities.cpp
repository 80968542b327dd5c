#include "base/trusted_authorities.hpp"

#include <boost/asio/ssl/context.hpp>

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <mutex>
#include <optional>
#include <string_view>
#include <sys/stat.h>
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

// Differs when a file was changed or replaced. The time alone may not: some packagers give every
// version of a file the same one.
struct file_version {
    dev_t device = 0;
    ino_t inode = 0;
    off_t size = 0;
    std::int64_t written_ns = 0;
    std::int64_t changed_ns = 0;  // also of its owner, mode or name, which no program can set back

    friend bool operator==(const file_version&, const file_version&) = default;
};

// Nothing if there is no such file.
std::optional<file_version> version_of(const std::string& file) {
    struct stat found{};
    if (::stat(file.c_str(), &found) != 0) return {};
    const auto nanoseconds = [](const timespec& time) {
        constexpr std::int64_t second = 1'000'000'000;
        return static_cast<std::int64_t>(time.tv_sec) * second + time.tv_nsec;
    };
    return file_version{found.st_dev, found.st_ino, found.st_size, nanoseconds(found.st_mtim),
                        nanoseconds(found.st_ctim)};
}

// The authorities of one file, read once however many contexts trust them.
struct file_of_authorities {
    std::string file;
    std::string folder;
    file_version version;
    authority_store store{nullptr, &X509_STORE_free};
};

// Reads the file into `context`, or gives it what another context has read from the same file, if
// nobody has changed it since.
template <typename Read>
void read_or_share(boost::asio::ssl::context& context, const std::string& file,
                   const std::string& folder, Read read) {
    static std::mutex mutex;
    static std::vector<file_of_authorities> known;
    const auto version = version_of(file);
    const std::lock_guard lock{mutex};
    const auto found = std::ranges::find_if(known, [&](const file_of_authorities& one) {
        return one.file == file && one.folder == folder;
    });
    if (version && found != known.end() && found->version == *version) {
        SSL_CTX_set1_cert_store(context.native_handle(), found->store.get());
        return;
    }
    if (!read() || !version) return;
    if (found != known.end()) known.erase(found);
    X509_STORE* const store = SSL_CTX_get_cert_store(context.native_handle());
    X509_STORE_up_ref(store);
    known.push_back({file, folder, *version, authority_store{store, &X509_STORE_free}});
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
