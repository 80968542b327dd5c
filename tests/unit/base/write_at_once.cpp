#include "base/write_at_once.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/write.hpp>

#include <catch2/catch.hpp>

#include <string>

#include "tests/support/drained_loop.hpp"

namespace write_at_once_test {

using namespace tollgate::base;
namespace asio = boost::asio;
using asio::ip::tcp;

namespace {

struct pair_of_sockets {
    pair_of_sockets() {
        tcp::acceptor acceptor{io, {asio::ip::address_v4::loopback(), 0}};
        near.connect(acceptor.local_endpoint());
        acceptor.accept(far);
    }
    tollgate::test::drained_loop io;
    tcp::socket near{io};
    tcp::socket far{io};
};

}  // namespace

TEST_CASE("write_at_once: small parts go out whole and in order", "[base][write_at_once]") {
    pair_of_sockets sockets;
    const std::string head = "head ";
    const std::string body = "body";
    std::array<asio::const_buffer, 2> parts{asio::buffer(head), asio::buffer(body)};
    boost::system::error_code error;
    CHECK(write_at_once(sockets.near, parts, error));
    CHECK_FALSE(error);
    std::string got(head.size() + body.size(), ' ');
    asio::read(sockets.far, asio::buffer(got));
    CHECK(got == "head body");
}

TEST_CASE("write_at_once: what does not fit is left, and nothing is lost or sent twice",
          "[base][write_at_once]") {
    pair_of_sockets sockets;
    const std::string head(1'000, 'h');
    std::string body(64U * 1024 * 1024, ' ');
    for (std::size_t i = 0; i < body.size(); ++i) body[i] = static_cast<char>('a' + i % 23);
    std::array<asio::const_buffer, 2> parts{asio::buffer(head), asio::buffer(body)};
    boost::system::error_code error;
    CHECK_FALSE(write_at_once(sockets.near, parts, error));
    CHECK_FALSE(error);
    const std::size_t left = asio::buffer_size(parts);
    REQUIRE(left > 0);
    REQUIRE(left < head.size() + body.size());
    std::string got(head.size() + body.size(), ' ');
    asio::async_read(sockets.far, asio::buffer(got), [](auto, auto) {});
    asio::async_write(sockets.near, parts, [](auto, auto) {});
    sockets.io.run();
    CHECK(got == head + body);
}

TEST_CASE("write_at_once: a broken connection is an error, a full one is not",
          "[base][write_at_once]") {
    pair_of_sockets sockets;
    sockets.near.shutdown(tcp::socket::shutdown_send);
    const std::string text = "text";
    std::array<asio::const_buffer, 1> parts{asio::buffer(text)};
    boost::system::error_code error;
    CHECK_FALSE(write_at_once(sockets.near, parts, error));
    CHECK(error);
}

}  // namespace write_at_once_test
