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

// Makes `context` trust the authorities in `ca_file` (PEM), or the system's if it is empty. If the
// system's folder names its files by hash, as Debian's does, each authority is read only when a
// handshake needs it: reading all of them takes 40 ms and 2 MiB. A single file is read once for all
// contexts, and again after it has changed. SSL_CERT_FILE and SSL_CERT_DIR work as OpenSSL
// documents them. Sets `error` if a file cannot be read. Any thread.
void trust_authorities(boost::asio::ssl::context& context, const std::string& ca_file,
                       boost::system::error_code& error);

}  // namespace tollgate::base
