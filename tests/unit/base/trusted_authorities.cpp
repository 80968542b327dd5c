#include "base/trusted_authorities.hpp"

#include <boost/asio/ssl/context.hpp>

#include <catch2/catch.hpp>

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <optional>
#include <string>
#include <unistd.h>

namespace trusted_authorities_test {

namespace ssl = boost::asio::ssl;
using tollgate::base::trust_authorities;

namespace {

// Two self-signed authorities, made for this test; nobody has their keys.
constexpr const char* first_authority = R"(-----BEGIN CERTIFICATE-----
MIIBlTCCATugAwIBAgIUMc7XrbaOy7o4ZeIoh3XyP16RGOcwCgYIKoZIzj0EAwIw
HzEdMBsGA1UEAwwUVGVzdCBhdXRob3JpdHkgZmlyc3QwIBcNMjYxMjAxMDIyODQz
WhgPMjEyNjExMDcwMjI4NDNaMB8xHTAbBgNVBAMMFFRlc3QgYXV0aG9yaXR5IGZp
cnN0MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEVzA17Hs3aDlirSpnxp9vp2M9
OZugamP0hfeZh2kTGmznSjDnL9k3OjTekaHEXlKttouDD0V2DLDXhtl8xVc8MKNT
MFEwHQYDVR0OBBYEFDoCMQH9eFjaNZkQA2IE27hs/jLXMB8GA1UdIwQYMBaAFDoC
MQH9eFjaNZkQA2IE27hs/jLXMA8GA1UdEwEB/wQFMAMBAf8wCgYIKoZIzj0EAwID
SAAwRQIhANuXx5AFyDCnnN0limf3iwuuMYLC7dZqtto/UBUVCe0IAiBnZ/dcvMNQ
loAd7lkLLIySSBGWhyWid5AsK9lN2YMD+w==
-----END CERTIFICATE-----
)";
constexpr const char* second_authority = R"(-----BEGIN CERTIFICATE-----
MIIBlzCCAT2gAwIBAgIUXSQOXeOsLIjOPYBnDULZMHq0FhwwCgYIKoZIzj0EAwIw
IDEeMBwGA1UEAwwVVGVzdCBhdXRob3JpdHkgc2Vjb25kMCAXDTI2MTIwMTAyMjg0
M1oYDzIxMjYxMTA3MDIyODQzWjAgMR4wHAYDVQQDDBVUZXN0IGF1dGhvcml0eSBz
ZWNvbmQwWTATBgcqhkjOPQIBBggqhkjOPQMBBwNCAARu9jhEfyO5bSLyMptPWaDW
ZPmQdWAw808Wp9KNcYfBWWO6QS8b/vaE4/6Xj1aXnPu7heiiHVBpA1flo8Jph5S5
o1MwUTAdBgNVHQ4EFgQUqbVLvxcxpg1wMbWseJaV50HZBpwwHwYDVR0jBBgwFoAU
qbVLvxcxpg1wMbWseJaV50HZBpwwDwYDVR0TAQH/BAUwAwEB/zAKBggqhkjOPQQD
AgNIADBFAiEAtOo/vYNziUb+j+4J90TZoVu2cAxfnZkpRsc3MF/WOYICIDOkEB7K
lZ9iIL7tPLHggeVt5NMNV1bWNF0M16OjloSi
-----END CERTIFICATE-----
)";

struct authority_file {
    authority_file()
        : path((std::filesystem::temp_directory_path() /
                ("authorities-" + std::to_string(::getpid()) + ".pem"))
                   .string()) {}
    ~authority_file() { std::filesystem::remove(path); }
    authority_file(const authority_file&) = delete;
    authority_file& operator=(const authority_file&) = delete;

    // Writes it as of `minutes` ago, so that two versions differ in their time.
    void write(std::string_view text, int minutes) const {
        std::ofstream{path, std::ios::trunc} << text;
        std::filesystem::last_write_time(
            path, std::filesystem::file_time_type::clock::now() - std::chrono::minutes{minutes});
    }
    std::string path;
};

// A variable of the environment, until the end of its scope.
struct environment_value {
    environment_value(const char* name, const std::string& value) : name_(name) {
        if (const char* const was = std::getenv(name)) before_ = was;
        ::setenv(name, value.c_str(), 1);
    }
    ~environment_value() {
        if (before_)
            ::setenv(name_, before_->c_str(), 1);
        else
            ::unsetenv(name_);
    }
    environment_value(const environment_value&) = delete;
    environment_value& operator=(const environment_value&) = delete;

private:
    const char* name_;
    std::optional<std::string> before_;
};

X509_STORE* store_of(ssl::context& context) {
    return SSL_CTX_get_cert_store(context.native_handle());
}

int authorities_in(ssl::context& context) {
    return sk_X509_OBJECT_num(X509_STORE_get0_objects(store_of(context)));
}

}  // namespace

TEST_CASE("trusted_authorities: contexts share what is read from a file until it changes",
          "[base][trusted_authorities]") {
    const authority_file file;
    file.write(first_authority, 10);
    boost::system::error_code error;
    ssl::context one{ssl::context::tls_client};
    ssl::context two{ssl::context::tls_client};
    trust_authorities(one, file.path, error);
    REQUIRE_FALSE(error);
    trust_authorities(two, file.path, error);
    REQUIRE_FALSE(error);
    CHECK(store_of(one) == store_of(two));
    CHECK(authorities_in(two) == 1);
    file.write(std::string{first_authority} + second_authority, 5);
    ssl::context three{ssl::context::tls_client};
    trust_authorities(three, file.path, error);
    REQUIRE_FALSE(error);
    CHECK(authorities_in(three) == 2);
    CHECK(authorities_in(one) == 1);
}

TEST_CASE("trusted_authorities: another file of the same age is read anew",
          "[base][trusted_authorities]") {
    const authority_file file;
    file.write(first_authority, 10);
    const auto written = std::filesystem::last_write_time(file.path);
    boost::system::error_code error;
    ssl::context one{ssl::context::tls_client};
    trust_authorities(one, file.path, error);
    REQUIRE_FALSE(error);
    file.write(std::string{first_authority} + second_authority, 10);
    std::filesystem::last_write_time(file.path, written);
    ssl::context two{ssl::context::tls_client};
    trust_authorities(two, file.path, error);
    REQUIRE_FALSE(error);
    CHECK(authorities_in(two) == 2);
}

TEST_CASE("trusted_authorities: the system's contexts share their file, and no other does",
          "[base][trusted_authorities]") {
    const authority_file file;
    file.write(first_authority, 10);
    const environment_value named{"SSL_CERT_FILE", file.path};
    boost::system::error_code error;
    ssl::context one{ssl::context::tls_client};
    ssl::context two{ssl::context::tls_client};
    ssl::context other{ssl::context::tls_client};
    trust_authorities(one, {}, error);
    REQUIRE_FALSE(error);
    trust_authorities(two, {}, error);
    REQUIRE_FALSE(error);
    // A context of this file alone must not look up the system's folder.
    trust_authorities(other, file.path, error);
    REQUIRE_FALSE(error);
    CHECK(store_of(one) == store_of(two));
    CHECK(authorities_in(two) == 1);
    CHECK(store_of(other) != store_of(one));
}

TEST_CASE("trusted_authorities: a file that cannot be read is an error, each time",
          "[base][trusted_authorities]") {
    const authority_file file;
    file.write("no certificate", 1);
    for (const std::string& path : {file.path, std::string{"/no/such/file.pem"}})
        for (int time = 0; time < 2; ++time) {
            ssl::context context{ssl::context::tls_client};
            boost::system::error_code error;
            trust_authorities(context, path, error);
            CHECK(error);
        }
}

}  // namespace trusted_authorities_test
