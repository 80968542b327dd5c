#include "server/log/json_log.hpp"

#include <spdlog/logger.h>
#include <spdlog/sinks/stdout_sinks.h>

#include <condition_variable>
#include <mutex>
#include <thread>

#include "base/json_text.hpp"
#include "base/thread_name.hpp"
#include "server/log/log_file.hpp"
#include "server/log/redaction.hpp"

namespace tollgate::server {

namespace {

constexpr std::size_t waiting_bytes_max = std::size_t{4} * 1024 * 1024;
constexpr std::chrono::milliseconds write_every{50};

std::string_view level_name(base::log_level level) {
    constexpr std::array<std::string_view, 4> names{"debug", "info", "warning", "error"};
    return names[static_cast<std::size_t>(level)];
}

spdlog::sink_ptr make_sink(const std::string& file) {
    if (file.empty()) return std::make_shared<spdlog::sinks::stderr_sink_mt>();
    auto opened = open_log_file(file);
    if (!opened) throw std::runtime_error(opened.error().message);
    return std::move(*opened);
}

// Lines collect in memory, and one thread writes them several times a second: a wake-up and a write
// for every line would cost more than the request it describes.
class json_log final : public base::logger {
public:
    explicit json_log(const log_options& options)
        : level_(options.level), out_("tollgate", make_sink(options.file)) {
        out_.set_pattern("%v");
        writer_ = std::thread([this] { run(); });
    }
    ~json_log() override {
        {
            const std::lock_guard lock{mutex_};
            stopping_ = true;
        }
        wake_.notify_one();
        writer_.join();
    }

    void write(base::log_level level, std::string_view event,
               std::initializer_list<base::log_field> fields) noexcept override {
        if (level < level_) return;
        try {
            append(format_event(base::system_clock{}.now(), level, event, fields));
        } catch (...) {
            // A line that cannot be formatted or stored is lost; the request must not fail because
            // of it.
            return;
        }
        if (level == base::log_level::error) wake_.notify_one();
    }

private:
    void append(const std::string& line) {
        const std::lock_guard lock{mutex_};
        if (waiting_.size() + line.size() > waiting_bytes_max) {
            ++dropped_;
            return;
        }
        if (!waiting_.empty()) waiting_ += '\n';
        waiting_ += line;
    }

    void run() {
        base::name_this_thread("log-writer");
        std::unique_lock lock{mutex_};
        for (bool last = false; !last;) {
            wake_.wait_for(lock, write_every);
            last = stopping_;
            std::string lines;
            lines.swap(waiting_);
            const auto dropped = std::exchange(dropped_, 0);
            lock.unlock();
            if (dropped > 0) {
                lines += lines.empty() ? "" : "\n";
                lines += format_event(base::system_clock{}.now(), base::log_level::warning,
                                      "log_lines_dropped", {{"lines", dropped}});
            }
            if (!lines.empty()) {
                out_.info(spdlog::string_view_t{lines.data(), lines.size()});
                out_.flush();
            }
            lock.lock();
        }
    }

    base::log_level level_;
    spdlog::logger out_;  // used by the writer thread only
    std::mutex mutex_;
    std::condition_variable wake_;
    std::string waiting_;
    std::int64_t dropped_ = 0;
    bool stopping_ = false;
    std::thread writer_;
};

}  // namespace

std::string format_event(base::timestamp time, base::log_level level, std::string_view event,
                         std::initializer_list<base::log_field> fields) {
    constexpr std::size_t usual_size = 448;
    std::string line;
    line.reserve(usual_size);
    line += '{';
    std::string scratch;
    base::json_members members{line};
    members.text("time", base::format_timestamp(time))
        .text("level", level_name(level))
        .text("event", event);
    for (const auto& field : fields) {
        switch (field.kind) {
            case base::log_field::type::text:
                members.text(field.key, redact(field.text, scratch));
                break;
            case base::log_field::type::number:
                members.number(field.key, field.number);
                break;
            case base::log_field::type::truth:
                members.truth(field.key, field.number != 0);
                break;
        }
    }
    line += '}';
    return line;
}

std::unique_ptr<base::logger> make_json_log(const log_options& options) {
    return std::make_unique<json_log>(options);
}

}  // namespace tollgate::server
