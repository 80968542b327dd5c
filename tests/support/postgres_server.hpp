// A private PostgreSQL server (tests/support/postgres.py), one a process, and fresh databases on
// it.
#pragma once
#include <cstdio>
#include <stdexcept>
#include <string>
#include <sys/wait.h>
#include <unistd.h>

#include "storage/postgresql/connection.hpp"
#include "tests/support/source_dir.hpp"

namespace tollgate::test {

// Started when first asked for, stopped when the process ends.
class postgres_server {
public:
    static postgres_server& instance() {
        static postgres_server server;
        return server;
    }

    // The URL of the database of that name.
    std::string url(const std::string& database) const {
        return url_.substr(0, url_.rfind('/') + 1) + database;
    }

    void run(const std::string& sql) {
        storage::postgresql::connection admin{{url("postgres")}};
        admin.script(sql);
    }

    // kill -9 of every process of the server; a start on the same data; SIGSTOP and SIGCONT.
    // Return when it is done (restart: when the server answers).
    void kill() { send_command("kill"); }
    void restart() { send_command("restart"); }
    void pause() { send_command("pause"); }
    void resume() { send_command("resume"); }

private:
    postgres_server() {
        int in[2];
        int out[2];
        if (::pipe(in) != 0 || ::pipe(out) != 0) throw std::runtime_error("no pipes");
        script_ = ::fork();
        if (script_ == 0) {
            ::dup2(in[0], STDIN_FILENO);
            ::dup2(out[1], STDOUT_FILENO);
            for (const int end : {in[0], in[1], out[0], out[1]}) ::close(end);
            const std::string script = source_file("tests/support/postgres.py");
            ::execl("/usr/bin/env", "env", "python3", "-B", script.c_str(), nullptr);
            ::_exit(127);
        }
        ::close(in[0]);
        ::close(out[1]);
        to_ = in[1];
        from_ = ::fdopen(out[0], "r");
        const std::string line = read_line();
        const auto start = line.find("postgresql://");
        // The script has said on standard error what is missing.
        if (start == std::string::npos)
            throw std::runtime_error(
                "the test's PostgreSQL did not start (apt-get install "
                "postgresql)");
        url_ = line.substr(start, line.find('"', start) - start);
    }
    ~postgres_server() {
        ::close(to_);
        std::fclose(from_);
        ::waitpid(script_, nullptr, 0);
    }

    std::string read_line() {
        char line[1024];
        return std::fgets(line, sizeof line, from_) == nullptr ? "" : line;
    }
    void send_command(const std::string& command) {
        const std::string line = command + "\n";
        if (::write(to_, line.data(), line.size()) < 0 || read_line() != line)
            throw std::runtime_error("postgres.py did not " + command);
    }

    std::string url_;
    pid_t script_ = 0;
    int to_ = -1;
    FILE* from_ = nullptr;
};

// A database of its own, dropped afterwards.
class postgres_database {
public:
    postgres_database() : name_("t_" + std::to_string(++count())) {
        postgres_server::instance().run("CREATE DATABASE " + name_);
    }
    ~postgres_database() {
        postgres_server::instance().run("DROP DATABASE " + name_ + " WITH (FORCE)");
    }
    postgres_database(const postgres_database&) = delete;
    postgres_database& operator=(const postgres_database&) = delete;

    std::string url() const { return postgres_server::instance().url(name_); }

private:
    static int& count() {
        static int made = 0;
        return made;
    }
    std::string name_;
};

}  // namespace tollgate::test
