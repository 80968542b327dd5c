// What only the SQLite file does.
#include <catch2/catch.hpp>

#include <functional>
#include <future>
#include <sys/stat.h>

#include "storage/changes/servers.hpp"
#include "storage/changes/settings.hpp"
#include "storage/sqlite/reserve_file.hpp"
#include "storage/sqlite/writer.hpp"
#include "tests/unit/storage/backends.hpp"

namespace sqlite_test {

using namespace tollgate;
using namespace tollgate::storage;
using test::fill;
using test::put;
using test::run_sync;

TEST_CASE("storage store: the database file is made for its owner only", "[storage][sqlite]") {
    test::on_sqlite backend;
    const auto store = backend.open();
    for (const char* name : {"t.db", "t.db-wal", "t.db-shm", "t.db.lock"}) {
        struct stat facts{};
        REQUIRE(::stat(backend.dir.file(name).c_str(), &facts) == 0);
        CHECK((facts.st_mode & 0777U) == 0600U);
    }
}

TEST_CASE("storage store: a second process on the same file is refused", "[storage][sqlite]") {
    test::on_sqlite backend;
    const auto store = backend.open();
    sqlite_options options;
    options.file = backend.dir.file("t.db");
    const auto second = open_sqlite(options, test::quiet);
    REQUIRE(second.has_error());
    CHECK(second.error().code == "store_locked");
}

TEST_CASE("storage store: a file that is no database is refused with a sentence",
          "[storage][sqlite]") {
    test::on_sqlite backend;
    sqlite_options options;
    options.file = backend.dir.file("no-such-folder") + "/t.db";
    CHECK(open_sqlite(options, test::quiet).error().code == "store_open_failed");
    options.file = backend.dir.file("text.db");
    FILE* file = std::fopen(options.file.c_str(), "w");
    for (int i = 0; i < 200; ++i) std::fputs("this is not a database\n", file);
    std::fclose(file);
    const auto opened = open_sqlite(options, test::quiet);
    REQUIRE(opened.has_error());
    CHECK(opened.error().kind == base::errc::unavailable);
    CHECK(opened.error().message.find("text.db") != std::string::npos);
}

// Without a pause between the transactions, the log begins anew only if the writer itself has
// written back everything.
TEST_CASE("storage store: the write-ahead log stays short while writes never pause",
          "[storage][sqlite]") {
    test::on_sqlite backend;
    (void)backend.open();  // makes the tables
    const std::string file = backend.dir.file("t.db");
    sqlite::reserve_file reserve{file + "-reserve", 0, test::quiet};
    constexpr int writes = 1'500;
    int left = writes;
    int stored = 0;
    std::promise<void> ended;
    {
        sqlite::writer writer{sqlite::database{file, sqlite::access::read_write}, 1, reserve,
                              test::quiet};
        std::function<void()> write_next = [&] {
            const std::string value(60'000, static_cast<char>('a' + left % 26));  // 15 pages
            writer.submit({put_setting{"name", value}}, [&](const base::result<>& outcome) {
                if (outcome) ++stored;
                if (--left == 0) return ended.set_value();
                write_next();
            });
        };
        write_next();
        ended.get_future().wait();
        struct stat facts{};
        REQUIRE(::stat((file + "-wal").c_str(), &facts) == 0);
        CHECK(facts.st_size < off_t{10} * 1024 * 1024);  // without a limit, over 90 MiB
    }
    CHECK(stored == writes);
    const auto store = backend.open();
    CHECK(run_sync(store->find_setting("name")).value()->front() == 'a' + 1);
}

// The size limit makes SQLite answer SQLITE_FULL, as a full disk does.
TEST_CASE("storage store: a full disk refuses the write, keeps what was acknowledged and heals",
          "[storage][sqlite]") {
    test::on_sqlite backend;
    std::vector<std::string> acknowledged;
    {
        const auto store = backend.open(240 * 4096);
        REQUIRE(fill(*store));
        base::result<> outcome;
        for (int i = 0; i < 2000; ++i) {
            auto row = test::server("team_a", "ia_a", "mcp_f" + std::to_string(i));
            row.config = std::string(3000, 'x');
            outcome = put(*store, {add_server{row, 99999}});
            if (!outcome) break;
            acknowledged.push_back(row.id);
        }
        REQUIRE(outcome.has_error());
        CHECK(outcome.error().kind == base::errc::unavailable);
        CHECK(acknowledged.size() > 10);
        // reads go on
        CHECK(run_sync(store->find_server("team_a", "ia_a", acknowledged.back())).value());
    }
    const auto store = backend.open();  // the disk has room again
    for (const auto& id : acknowledged)
        REQUIRE(run_sync(store->find_server("team_a", "ia_a", id)).value());
    CHECK_FALSE(run_sync(store->find_server("team_a", "ia_a",
                                            "mcp_f" + std::to_string(acknowledged.size())))
                    .value());
    CHECK(
        put(*store, {add_server{test::server("team_a", "ia_a", "mcp_after"), 99999}}).has_value());
}

TEST_CASE("storage store: a full disk takes the reserve, once, and then refuses",
          "[storage][sqlite]") {
    test::on_sqlite backend;
    sqlite_options options;
    options.file = backend.dir.file("full.db");
    options.size_bytes_max = 160 * 4096;
    options.reserve_bytes = 1 << 20;
    const auto store = open_sqlite(options, test::quiet).value();
    CHECK(store->reserve_bytes() == options.reserve_bytes);
    REQUIRE(fill(*store));
    base::result<> outcome;
    for (int i = 0; outcome && i < 2000; ++i) {
        auto row = test::server("team_a", "ia_a", "mcp_f" + std::to_string(i));
        row.config = std::string(3000, 'x');
        outcome = put(*store, {add_server{row, 99999}});
    }
    CHECK(outcome.has_error());  // the limit is not the disk's: room on the disk does not help
    CHECK(store->reserve_bytes() == std::uint64_t{0});
}

TEST_CASE("storage reserve: it takes room, gives it back, and is gone without a setting",
          "[storage][sqlite]") {
    test::on_sqlite backend;
    const std::string path = backend.dir.file("t.db-reserve");
    const auto blocks = [&] {
        struct stat facts{};
        return ::stat(path.c_str(), &facts) == 0 ? facts.st_blocks * 512 : -1;
    };
    constexpr std::uint64_t size = 1 << 20;
    {
        sqlite::reserve_file reserve{path, size, test::quiet};
        CHECK(reserve.held() == size);
        CHECK_FALSE(reserve.is_missing());
        CHECK(blocks() >= static_cast<off_t>(size));  // not sparse
        struct stat facts{};
        REQUIRE(::stat(path.c_str(), &facts) == 0);
        CHECK((facts.st_mode & 0777U) == 0600U);
        CHECK(reserve.give_back());
        CHECK(blocks() == 0);
        CHECK(reserve.is_missing());
        CHECK_FALSE(reserve.give_back());
        reserve.restore_if_possible();
        CHECK(reserve.is_missing());  // it looks later, not at once
    }
    {
        sqlite::reserve_file reserve{path, size, test::quiet};  // as after a crash with a full disk
        CHECK(blocks() >= static_cast<off_t>(size));
    }
    sqlite::reserve_file none{path, 0, test::quiet};
    CHECK(blocks() == -1);
    CHECK_FALSE(none.is_configured());
    CHECK_FALSE(none.is_missing());
}

TEST_CASE("storage reserve: without room for it, it begins as given back", "[storage][sqlite]") {
    test::on_sqlite backend;
    const sqlite::reserve_file reserve{backend.dir.file("no-such-folder") + "/reserve", 4096,
                                       test::quiet};
    CHECK(reserve.is_missing());
}

TEST_CASE("storage reserve: a file that cannot be opened is tried again, and the log says why",
          "[storage][sqlite]") {
    struct reasons final : base::logger {
        void write(base::log_level, std::string_view event,
                   std::initializer_list<base::log_field> fields) noexcept override {
            text += std::string{event};
            for (const auto& field : fields) text += " " + std::string{field.text};
        }
        std::string text;
    } log;
    test::on_sqlite backend;
    const std::string folder = backend.dir.file("later");
    sqlite::reserve_file reserve{folder + "/reserve", 4096, log};
    CHECK(reserve.is_missing());
    CHECK(log.text.find("No such file or directory") != std::string::npos);
    REQUIRE(::mkdir(folder.c_str(), 0700) == 0);
    reserve.restore_if_possible();
    CHECK_FALSE(reserve.is_missing());
    CHECK(log.text.find("disk_reserve_restored") != std::string::npos);
}

}  // namespace sqlite_test
