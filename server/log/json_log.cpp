#include "server/log/json_log.hpp"

#include <spdlog/async.h>
#include <spdlog/async_logger.h>
#include <spdlog/sinks/basic_file_sink.h>
#include <spdlog/sinks/stdout_sinks.h>

#include "base/json_text.hpp"
#include "server/log/redaction.hpp"

namespace tollgate::server {

namespace {

constexpr std::size_t queue_lines = 8192;

std::string_view level_name(base::log_level level) {
    constexpr std::array<std::string_view, 4> names{"debug", "info", "warning", "error"};
    return names[static_cast<std::size_t>(level)];
}

spdlog::sink_ptr make_sink(const std::string& file) {
    if (file.empty()) return std::make_shared<spdlog::sinks::stderr_sink_mt>();
    return std::make_shared<spdlog::sinks::basic_file_sink_mt>(file);
}

class json_log final : public base::logger {
public:
    explicit json_log(const log_options& options)
        : level_(options.level),
          pool_(std::make_shared<spdlog::details::thread_pool>(queue_lines, 1)),
          out_(std::make_shared<spdlog::async_logger>(
              "tollgate", make_sink(options.file), pool_,
              spdlog::async_overflow_policy::overrun_oldest)) {
        out_->set_pattern("%v");
        out_->set_level(spdlog::level::trace);
        out_->flush_on(spdlog::level::info);
    }
    ~json_log() override {
        try {
            out_->flush();
        } catch (...) {  // a destructor has nobody to tell
        }
    }

    void write(base::log_level level, std::string_view event,
               std::initializer_list<base::log_field> fields) noexcept override {
        if (level < level_) return;
        try {
            out_->log(spdlog::level::info,
                      format_event(base::system_clock{}.now(), level, event, fields));
        } catch (...) {
            // A line that cannot be formatted or queued is lost; the work it speaks of is not.
            return;
        }
    }

private:
    base::log_level level_;
    std::shared_ptr<spdlog::details::thread_pool> pool_;
    std::shared_ptr<spdlog::async_logger> out_;
};

}  // namespace

std::string format_event(base::timestamp time, base::log_level level, std::string_view event,
                         std::initializer_list<base::log_field> fields) {
    std::string line = "{";
    base::json_members members{line};
    members.text("time", base::format_timestamp(time))
        .text("level", level_name(level))
        .text("event", event);
    for (const auto& field : fields) {
        switch (field.kind) {
            case base::log_field::type::text:
                members.text(field.key, redact(field.text));
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
    try {
        return std::make_unique<json_log>(options);
    } catch (const spdlog::spdlog_ex& error) {
        throw std::runtime_error(std::string("cannot open the log: ") + error.what());
    }
}

}  // namespace tollgate::server
