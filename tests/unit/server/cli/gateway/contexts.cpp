// Gateways under names: the file, and which gateway a command asks with which key.
#include "server/cli/gateway/contexts.hpp"

#include <catch2/catch.hpp>

#include <filesystem>
#include <fstream>
#include <map>

#include "server/cli/gateway/choose_gateway.hpp"
#include "tests/support/temp_dir.hpp"

namespace contexts_test {

using namespace tollgate;
using namespace tollgate::server;

namespace {

namespace fs = std::filesystem;

// A home with the contexts "prod" and, as the current one, "local".
struct home {
    test::temp_dir directory;
    std::map<std::string, std::string> variables{{"XDG_CONFIG_HOME", directory.file("config")}};
    std::string place = directory.file("config") + "/tollgate/contexts.yaml";

    home() {
        context_list list;
        list.put({"prod",
                  "https://gate.example.com",
                  base::secret{"tgk_prod"},
                  {"https://one.example.com"}});
        list.put({"local", "http://127.0.0.1:9", base::secret{"tgk_local"}, {}});
        REQUIRE(list.write(place).has_value());
    }
    environment_reader reader() const {
        return [this](const char* name) -> std::optional<std::string> {
            const auto found = variables.find(name);
            return found == variables.end() ? std::nullopt : std::optional(found->second);
        };
    }
    admin_access choose(admin_access flags = {}) const {
        const auto chosen = choose_gateway(std::move(flags), reader());
        REQUIRE(chosen.has_value());
        return *chosen;
    }
};

admin_access with_url(const std::string& url) {
    admin_access out;
    out.url = url;
    return out;
}

admin_access with_context(const std::string& name) {
    admin_access out;
    out.context = name;
    return out;
}

}  // namespace

TEST_CASE("contexts: what is written is read again, and is private", "[server]") {
    const home t;
    const auto list = context_list::read(t.place);
    REQUIRE(list.has_value());
    REQUIRE(list->current() != nullptr);
    CHECK(list->current()->name == "local");
    const context* const prod = list->find("prod");
    REQUIRE(prod != nullptr);
    CHECK(prod->url == "https://gate.example.com");
    CHECK(prod->key.reveal() == "tgk_prod");
    CHECK(prod->instances == std::vector<std::string>{"https://one.example.com"});
    CHECK(fs::status(t.place).permissions() == fs::perms{0600});
    CHECK(fs::status(fs::path{t.place}.parent_path()).permissions() == fs::perms{0700});
}

TEST_CASE("contexts: a file that others may read is refused", "[server]") {
    const home t;
    fs::permissions(t.place, fs::perms{0640});
    const auto read = context_list::read(t.place);
    REQUIRE(read.has_error());
    CHECK(read.error().code == "open_key_file");
    CHECK(choose_gateway({}, t.reader()).has_error());
    // Who gives both does not need it.
    auto flags = with_url("http://127.0.0.1:1");
    flags.key = "tgk_x";
    CHECK(choose_gateway(flags, t.reader()).has_value());
}

TEST_CASE("contexts: a file that is something else says where", "[server]") {
    const home t;
    std::ofstream{t.place} << "contexts: [\n";
    CHECK(context_list::read(t.place).error().code == "bad_contexts");
    std::ofstream{t.place} << "contexts: {x: {url: u}}\n";
    CHECK(context_list::read(t.place).error().message.find("x needs url and key") !=
          std::string::npos);
    std::ofstream{t.place} << "";
    CHECK(context_list::read(t.place)->all().empty());
}

TEST_CASE("contexts: a removed one is gone, and is not the current one", "[server]") {
    const home t;
    auto list = context_list::read(t.place);
    REQUIRE(list.has_value());
    CHECK(list->remove("local"));
    CHECK_FALSE(list->remove("local"));
    CHECK(list->current() == nullptr);
    CHECK_FALSE(list->use("local"));
    CHECK(list->use("prod"));
    CHECK(list->current()->name == "prod");
    CHECK(check_context_name("a.B-1_").has_value());
    CHECK(check_context_name("").has_error());
    CHECK(check_context_name("a b").has_error());
    CHECK(check_context_name(std::string(41, 'a')).has_error());
}

TEST_CASE("contexts: flags go before the environment, that before the current context",
          "[server]") {
    home t;
    CHECK(t.choose().url == "http://127.0.0.1:9");
    CHECK(t.choose().key == "tgk_local");
    t.variables["TOLLGATE_CONTEXT"] = "prod";
    CHECK(t.choose().key == "tgk_prod");
    CHECK(t.choose().instances == std::vector<std::string>{"https://one.example.com"});
    CHECK(t.choose(with_context("local")).key == "tgk_local");
    t.variables.erase("TOLLGATE_CONTEXT");
    t.variables["TOLLGATE_ADMIN_URL"] = "http://127.0.0.1:7";
    t.variables["TOLLGATE_API_KEY"] = "tgk_env";
    CHECK(t.choose().url == "http://127.0.0.1:7");
    CHECK(t.choose().key == "tgk_env");
    CHECK(t.choose(with_url("http://127.0.0.1:8")).url == "http://127.0.0.1:8");
    // One that is named is meant with its own key.
    CHECK(t.choose(with_context("prod")).url == "https://gate.example.com");
    CHECK(t.choose(with_context("prod")).key == "tgk_prod");
    CHECK(choose_gateway(with_context("none"), t.reader()).error().code == "no_context");
}

TEST_CASE("contexts: the key of a context goes to its own addresses alone", "[server]") {
    home t;
    CHECK(t.choose(with_url("https://evil.example.com")).key.empty());
    CHECK(t.choose(with_url("http://127.0.0.1:9")).key == "tgk_local");
    t.variables["TOLLGATE_ADMIN_URL"] = "https://evil.example.com";
    CHECK(t.choose().key.empty());
    t.variables["TOLLGATE_CONTEXT"] = "prod";
    CHECK(t.choose(with_url("https://evil.example.com")).key.empty());
}

TEST_CASE("contexts: without any, the usual address is asked", "[server]") {
    home t;
    t.variables = {{"HOME", t.directory.file("empty")}};
    CHECK(t.choose().url == "http://127.0.0.1:8787");
    CHECK(t.choose().key.empty());
    t.variables = {};
    CHECK(t.choose().url == "http://127.0.0.1:8787");
    CHECK(choose_gateway(with_context("x"), t.reader()).error().code == "no_home");
}

}  // namespace contexts_test
