// The connection's stream with the headers that the pipeline adds to every answer; they cost
// nothing until the stream is opened.
#pragma once
#include <memory>
#include <string_view>

#include "base/response_stream.hpp"

namespace tollgate::server {

struct request_context;

// Lives as long as the request; `inner` and `context` outlive it.
class headed_stream final : public base::response_stream {
public:
    headed_stream(base::response_stream& inner, const request_context& context)
        : inner_(inner), context_(context) {}

    void add_header(std::string_view name, std::string_view value) override {
        inner_.add_header(name, value);
    }
    bool open() override;
    bool opened() const override { return inner_.opened(); }
    void send(std::string_view event) override { inner_.send(event); }
    std::size_t waiting() const override { return inner_.waiting(); }
    bool peer_closed() override { return inner_.peer_closed(); }
    void keep(std::unique_ptr<base::stream_keeper> keeper) override {
        inner_.keep(std::move(keeper));
    }
    void end(std::string_view last) override { inner_.end(last); }

private:
    base::response_stream& inner_;
    const request_context& context_;
};

}  // namespace tollgate::server
