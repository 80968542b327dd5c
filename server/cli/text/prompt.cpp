#include "server/cli/text/prompt.hpp"

#include <csignal>
#include <iostream>
#include <termios.h>
#include <unistd.h>

#include "server/cli/text/terminal.hpp"
#include "tenancy/secrets/key_ring.hpp"

namespace tollgate::server {

namespace {

using base::result;

termios shown_before;  // a signal handler has no other way to it

// Only what a signal handler may do.
extern "C" void show_again(int signal) {
    ::tcsetattr(STDIN_FILENO, TCSANOW, &shown_before);
    std::signal(signal, SIG_DFL);
    std::raise(signal);
}

// While it lives, what is typed is not shown; an interrupt ends that before it ends the process.
class hidden_typing {
public:
    hidden_typing() : works_(::tcgetattr(STDIN_FILENO, &shown_before) == 0) {
        if (!works_) return;
        std::signal(SIGINT, show_again);
        std::signal(SIGTERM, show_again);
        termios hidden = shown_before;
        hidden.c_lflag &= ~static_cast<tcflag_t>(ECHO);
        hidden.c_lflag |= ECHONL;
        ::tcsetattr(STDIN_FILENO, TCSAFLUSH, &hidden);
    }
    ~hidden_typing() {
        if (!works_) return;
        ::tcsetattr(STDIN_FILENO, TCSAFLUSH, &shown_before);
        std::signal(SIGINT, SIG_DFL);
        std::signal(SIGTERM, SIG_DFL);
    }
    hidden_typing(const hidden_typing&) = delete;
    hidden_typing& operator=(const hidden_typing&) = delete;

private:
    const bool works_;
};

base::secret trimmed(std::string text) {
    constexpr const char* around = " \t\r\n";
    text.erase(text.find_last_not_of(around) + 1);
    text.erase(0, text.find_first_not_of(around));
    return base::secret{std::move(text)};
}

std::string line_of_input() {
    std::string out;
    std::getline(std::cin, out);
    return out;
}

std::string typed_unseen(const std::string& question) {
    std::cerr << question << std::flush;
    const hidden_typing hidden;
    return line_of_input();
}

}  // namespace

result<base::secret> read_secret(const std::string& file, const std::string& question) {
    base::secret out;
    if (!file.empty()) {
        const auto read = tenancy::read_secret_file(file);
        if (!read) return read.error();
        out = trimmed(std::string{read->reveal()});
    } else {
        out = trimmed(on_terminal(STDIN_FILENO) ? typed_unseen(question) : line_of_input());
    }
    if (out.empty()) return base::invalid("no_secret", "nothing was given: " + question);
    return out;
}

bool can_ask() {
    return on_terminal(STDIN_FILENO) && on_terminal(STDERR_FILENO);
}

bool typed(const std::string& question, const std::string& wanted) {
    std::cerr << question << std::flush;
    return line_of_input() == wanted;
}

}  // namespace tollgate::server
