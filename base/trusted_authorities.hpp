// The certificate authorities that a TLS client trusts.
#pragma once
#include <string>

namespace boost::asio::ssl {
class context;
}

namespace boost::system {
class error_code;
}

namespace tollgate::base {

// Makes `context` trust the authorities in `ca_file` (PEM), or the system's when it is empty. The
// system's are looked up one at a time, in handshakes, where its folder has them by hash, as
// Debian's has: reading all of them costs 40 ms and 2 MiB. SSL_CERT_FILE and SSL_CERT_DIR hold, as
// OpenSSL documents them. `error` says why a file could not be read.
void trust_authorities(boost::asio::ssl::context& context, const std::string& ca_file,
                       boost::system::error_code& error);

}  // namespace tollgate::base
