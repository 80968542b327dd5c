#include "server/config/load.hpp"

#include <catch2/catch.hpp>

#include <filesystem>
#include <fstream>

#include "server/config/settings.hpp"

namespace config_test {

using namespace tollgate::server;

namespace {

struct yaml_file {
    explicit yaml_file(const std::string& text)
        : path((std::filesystem::temp_directory_path() /
                ("tollgate-config-" + std::to_string(::getpid()) + ".yaml"))
                   .string()) {
        std::ofstream{path} << text;
    }
    ~yaml_file() { std::filesystem::remove(path); }
    std::string path;
};

config_sources sources(std::string file = {}, std::map<std::string, std::string> environment = {},
                       std::vector<std::pair<std::string, std::string>> flags = {}) {
    config_sources out;
    out.file = std::move(file);
    for (const auto& [name, value] : environment)
        if (name.starts_with("TOLLGATE_")) out.environment_names.push_back(name);
    out.environment = [environment](const std::string& name) -> std::optional<std::string> {
        const auto found = environment.find(name);
        return found == environment.end() ? std::nullopt : std::optional(found->second);
    };
    out.flags = std::move(flags);
    return out;
}

std::string why(const config_sources& from) {
    const auto got = load_config(from);
    return got ? "" : got.error().message;
}

}  // namespace

TEST_CASE("config: file, environment and flags override each other in that order",
          "[server][config]") {
    const yaml_file file{
        "server:\n  listen: 127.0.0.1:1\nlimits:\n  body_bytes: 2000\n  headers: 10\nlog:\n  "
        "requests: false\n"
        "timeouts:\n  idle: 5000\n"};
    const auto got = load_config(sources(
        file.path, {{"TOLLGATE_SERVER_LISTEN", "127.0.0.1:2"}, {"TOLLGATE_LIMITS_HEADERS", "20"}},
        {{"server.listen", "127.0.0.1:3"}}));
    REQUIRE(got.has_value());
    CHECK(got->server.listen == "127.0.0.1:3");
    CHECK(got->limits.headers == 20);
    CHECK(got->limits.body_bytes == 2000);
    CHECK(got->timeouts.idle == std::chrono::milliseconds{5000});
    CHECK(got->log.requests == false);
    CHECK(got->limits.connections == 10'000);
}

TEST_CASE("config: unknown keys are refused with the nearest known one", "[server][config]") {
    const yaml_file file{"limits:\n  body_byte: 2000\n"};
    CHECK(why(sources(file.path)).find("did you mean 'limits.body_bytes'") != std::string::npos);
    CHECK(why(sources({}, {{"TOLLGATE_SERVER_LISTN", "x"}})).find("TOLLGATE_SERVER_LISTEN") !=
          std::string::npos);
    const yaml_file group{"servr:\n  listen: a:1\n"};
    CHECK(why(sources(group.path)).find("servr.listen") != std::string::npos);
}

TEST_CASE("config: values of the wrong shape are refused with a sentence", "[server][config]") {
    using pair = std::pair<std::string, std::string>;
    for (const auto& flag : {pair{"limits.body_bytes", "big"},
                             pair{"limits.body_bytes", "-1"},
                             pair{"timeouts.idle", "0"},
                             pair{"log.requests", "maybe"},
                             pair{"log.level", "loud"},
                             pair{"server.listen", "8080"},
                             pair{"server.listen", "127.0.0.1:99999"},
                             pair{"tls.key", "only-one"},
                             pair{"server.public_url", "gateway.example"},
                             pair{"server.public_url", "HTTPS://gateway.example"},
                             pair{"server.public_url", "https://Gateway.example"},
                             pair{"stripe.api_base", "https://evil.example"},
                             pair{"stripe.api_base", "http://api.stripe.com"},
                             pair{"stripe.api_base", "ftp://x"},
                             pair{"stripe.api_base", "https://api.stripe.com@evil.example"},
                             pair{"limits.connections", "0"},
                             pair{"limits.calls_per_account", "50"},
                             pair{"limits.calls_per_account", "50/10"},
                             pair{"limits.calls_per_account", "0/10s"},
                             pair{"limits.calls_per_account", "/s"},
                             pair{"limits.calls_per_account", "5/-1s"},
                             pair{"limits.calls_per_account", "100001/1s"},
                             pair{"limits.calls_per_account", "1/3601s"},
                             pair{"limits.calls_per_account", ""}}) {
        INFO(flag.first << "=" << flag.second);
        CHECK_FALSE(why(sources({}, {}, {flag})).empty());
    }
    const yaml_file broken{"a: [1\n"};
    CHECK(why(sources(broken.path)).find("not valid YAML") != std::string::npos);
    CHECK_FALSE(why(sources("/nonexistent/config.yaml")).empty());
}

TEST_CASE("config: rates of calls are read and printed alike", "[server][config]") {
    const auto usual = load_config(sources());
    REQUIRE(usual.has_value());
    CHECK(usual->limits.calls_per_server.calls == 0);
    CHECK(usual->limits.calls_per_account == tollgate::tenancy::call_rate{50, 10});
    CHECK(usual->limits.calls_per_team == tollgate::tenancy::call_rate{500, 10});
    const auto given = load_config(sources({}, {{"TOLLGATE_LIMITS_CALLS_PER_TEAM", "0"}},
                                           {{"limits.calls_per_server", "7/3600s"}}));
    REQUIRE(given.has_value());
    CHECK(given->limits.calls_per_server == tollgate::tenancy::call_rate{7, 3600});
    CHECK(given->limits.calls_per_team.calls == 0);
    const auto printed = print_config(*given);
    CHECK(printed.find("calls_per_server: \"7/3600s\"") != std::string::npos);
    CHECK(printed.find("calls_per_account: \"50/10s\"") != std::string::npos);
    CHECK(printed.find("calls_per_team: \"0\"") != std::string::npos);
}

TEST_CASE("config: another upstream needs the operator's second word", "[server][config]") {
    CHECK_FALSE(why(sources({}, {}, {{"stripe.api_base", "http://127.0.0.1:1"}})).empty());
    CHECK(why(sources({}, {},
                      {{"stripe.api_base", "http://127.0.0.1:1"},
                       {"stripe.test_upstream_host", "127.0.0.1"}}))
              .empty());
    CHECK_FALSE(why(sources({}, {},
                            {{"stripe.api_base", "http://mock.example"},
                             {"stripe.test_upstream_host", "mock.example"}}))
                    .empty());
    CHECK(why(sources({}, {},
                      {{"stripe.api_base", "https://mock.example"},
                       {"stripe.test_upstream_host", "mock.example"}}))
              .empty());
}

TEST_CASE("config: DATABASE_URL is data.url, below our own variable", "[server][config]") {
    const std::string url = "postgresql://me:hidden@db:5432/tollgate?sslmode=require";
    const auto usual = load_config(sources({}, {{"DATABASE_URL", url}}));
    REQUIRE(usual.has_value());
    CHECK(usual->data.url == url);
    CHECK(print_config(*usual).find("hidden") == std::string::npos);
    CHECK(print_config(*usual).find("postgresql://***@db:5432/tollgate\"") != std::string::npos);
    const auto ours =
        load_config(sources({}, {{"DATABASE_URL", url}, {"TOLLGATE_DATA_URL", "sqlite:///x.db"}}));
    REQUIRE(ours.has_value());
    CHECK(ours->data.url == "sqlite:///x.db");
    CHECK(print_config(*ours).find("url: \"sqlite:///x.db\"") != std::string::npos);
    CHECK(why(sources({}, {{"DATABASE_URL", "mysql://me:hidden@db/x"}})).find("data.url") !=
          std::string::npos);
    CHECK(why(sources({}, {}, {{"data.url", "postgresql://me:hidden@db/x?sslmode=on"}}))
              .find("data.url has an unknown sslmode") != std::string::npos);
    CHECK_FALSE(why(sources({}, {}, {{"data.write_connections", "0"}})).empty());
    CHECK_FALSE(why(sources({}, {}, {{"data.read_connections", "65"}})).empty());
}

TEST_CASE("config: of a URL, what may be a secret is not printed", "[server][config]") {
    const auto printed = [](const std::string& key, const std::string& url) {
        config value;
        REQUIRE(find_setting(key)->set(value, url).has_value());
        const std::string text = print_config(value);
        const std::string name = ' ' + key.substr(key.find('.') + 1) + ": \"";
        const auto at = text.find(name) + name.size();
        return text.substr(at, text.find('"', at) - at);
    };
    const auto hook = [&](const std::string& url) { return printed("audit.forward_webhook", url); };
    CHECK(hook("https://siem.example/in/hidden") == "https://siem.example/***");
    CHECK(hook("HTTPS://siem.example/in/hidden") == "HTTPS://siem.example/***");
    CHECK(hook("https://siem.example/in/hid@den") == "https://siem.example/***");
    CHECK(hook("https://siem.example:8443/in/hid@den?a=b@c") == "https://siem.example:8443/***");
    CHECK(hook("https://siem.example?key=hidden") == "https://siem.example/***");
    CHECK(hook("https://me:hid@den@siem.example/hid@den") == "https://***@siem.example/***");
    const auto data = [&](const std::string& url) { return printed("data.url", url); };
    CHECK(data("sqlite:///data/me@here.db") == "sqlite:///data/me@here.db");
    CHECK(data("postgresql://db:5432/a@b?password=hidden") == "postgresql://db:5432/a@b");
    CHECK(data("postgresql://me:hidden@db:5432/a@b") == "postgresql://***@db:5432/a@b");
    // A password that is not encoded as a URL requires.
    for (const std::string sign : {"/", "?", "#"})
        CHECK(data("postgresql://me:hid" + sign + "den@db/x") == "postgresql://***");
}

TEST_CASE("config: what is printed can be read back, and hides secrets", "[server][config]") {
    auto value = load_config(sources(
        {}, {{"TOLLGATE_VAULT_MASTER_KEY", std::string(64, 'a')}},
        {{"server.listen", "0.0.0.0:9"}, {"server.allowed_hosts", "a.example, b.example"}}));
    REQUIRE(value.has_value());
    const std::string text = print_config(*value);
    CHECK(text.find(std::string(64, 'a')) == std::string::npos);
    CHECK(text.find("***") != std::string::npos);
    value->vault.master_key.clear();
    const yaml_file file{print_config(*value)};
    const auto again = load_config(sources(file.path));
    REQUIRE(again.has_value());
    CHECK(print_config(*again) == print_config(*value));
    CHECK(again->server.allowed_hosts == std::vector<std::string>{"a.example", "b.example"});
}

TEST_CASE("config: every setting has a help text and round-trips its default", "[server][config]") {
    for (const auto& row : settings()) {
        INFO(row.key);
        CHECK_FALSE(row.help.empty());
        config value;
        const auto before = row.get(value);
        CHECK(row.set(value, before).has_value());
        CHECK(row.get(value) == before);
        CHECK(find_setting(row.key) == &row);
    }
}

TEST_CASE(
    "config: names that Kubernetes sets for a service are ignored, its port as a number is not",
    "[server][config]") {
    std::map<std::string, std::string> injected;
    for (const std::string service : {"TOLLGATE", "TOLLGATE_ADMIN", "TOLLGATE_SERVER"}) {
        injected[service + "_SERVICE_HOST"] = "10.96.0.12";
        injected[service + "_SERVICE_PORT"] = "8787";
        injected[service + "_SERVICE_PORT_MCP"] = "8787";
        injected[service + "_PORT"] = "tcp://10.96.0.12:8787";
        injected[service + "_PORT_8787_TCP"] = "tcp://10.96.0.12:8787";
        injected[service + "_PORT_8787_TCP_PROTO"] = "tcp";
        injected[service + "_PORT_8787_TCP_PORT"] = "8787";
        injected[service + "_PORT_8787_TCP_ADDR"] = "10.96.0.12";
    }
    const auto got = load_config(sources({}, injected));
    INFO(why(sources({}, injected)));
    REQUIRE(got.has_value());
    CHECK(got->ignored_variables.empty());
    CHECK(why(sources({}, {{"TOLLGATE_PORT", "8080"}})).find("TOLLGATE_SERVER_LISTEN") !=
          std::string::npos);
    CHECK(why(sources({}, {{"TOLLGATE_SERVER_PORT", "8080"}})).find("TOLLGATE_SERVER_LISTEN") !=
          std::string::npos);
    CHECK_FALSE(why(sources({}, {{"TOLLGATE_LIMITS_SOMETHING_ELSE", "8080"}})).empty());
    const auto other = load_config(sources({}, {{"TOLLGATE_NOTE_OF_SOMEBODY", "x"}}));
    REQUIRE(other.has_value());
    CHECK(other->ignored_variables == std::vector<std::string>{"TOLLGATE_NOTE_OF_SOMEBODY"});
}

TEST_CASE("config: failures about a file name the line", "[server][config]") {
    const std::vector<std::pair<std::string, std::string>> cases{
        {"server:\n  listen: 127.0.0.1:1\nlimits:\n  body_byte: 2000\n", ":4: "},
        {"limits:\n  headers: 5\n  body_bytes: many\n", ":3: "},
        {"# first\nserver.listen: 127.0.0.1:1\n", ":2: write 'server.listen' as a group"},
        {"log: yes\n", ":1: "},
        {"limits:\n  headers: [1, 2]\n", ":2: "},
        {"limits:\n  headers: 1\n  headers: 2\n", ":3: 'limits.headers' is there twice"},
        {"limits: {headers: 1, headers: 2}\n", ":1: 'limits.headers' is there twice"},
        {"limits: {headers: 1}\nlog: {}\nlimits: {headers: 2}\n", ":3: 'limits' is there twice"},
        {"{limits: {headers: 1}, limits: {body_bytes: 2000}}\n", ":1: 'limits' is there twice"},
        {"limits:\n  [a]: 1\n", ":2: "},
    };
    for (const auto& [text, expected] : cases) {
        const yaml_file file{text};
        const auto sentence = why(sources(file.path));
        INFO(text << sentence);
        CHECK(sentence.find(file.path + expected) != std::string::npos);
    }
}

TEST_CASE("config: the refusal of a span with a unit says what to write", "[server][config]") {
    const std::vector<std::pair<std::string, std::string>> cases{
        {"30s", "write 30000"},
        {"2 min", "write 120000"},
        {"500ms", "write 500"},
        {"soon", "without a unit"},
        {"30 fortnights", "without a unit"}};
    for (const auto& [text, expected] : cases) {
        const auto sentence = why(sources({}, {}, {{"timeouts.request", text}}));
        INFO(sentence);
        CHECK(sentence.find(expected) != std::string::npos);
    }
}

TEST_CASE("config: secrets are refused as flags, and the flag's value is not repeated",
          "[server][config]") {
    for (const std::string key : {"vault.master_key", "vault.pepper"}) {
        const auto sentence = why(sources({}, {}, {{key, "5e" + std::string(62, '7')}}));
        INFO(sentence);
        CHECK(sentence.find("file") != std::string::npos);
        CHECK(sentence.find(environment_name(key)) != std::string::npos);
        CHECK(sentence.find("5e77") == std::string::npos);
    }
}

TEST_CASE("config: no failure about data.url or redis.url holds a piece of the password",
          "[server][config]") {
    // Each character that ends a part of a URL, unescaped in a password.
    for (const std::string mark :
         {"/", "?", "#", "@", ":", "&", "=", "%", "[", "]", ",", " ", "%zz"})
        for (const std::string shape :
             {"postgresql://u:qzx{}wkv@h/d", "postgresql://u:qzx{}wkv@h:x/d",
              "postgresql://u@h/d?password=qzx{}wkv", "postgresql://h/d?sslmode=qzx{}wkv",
              "redis://:qzx{}wkv@h", "redis://u:qzx{}wkv@h:x/y", "rediss://:qzx{}wkv@h/x",
              "redis+sentinel://:qzx{}wkv@a,b/m", "redis://qzx{}wkv@h", "mysql://u:qzx{}wkv@h"}) {
            std::string url = shape;
            url.replace(url.find("{}"), 2, mark);
            const char* const key = shape.starts_with("redis") ? "redis.url" : "data.url";
            const auto got = load_config(sources({}, {}, {{key, url}}));
            const std::string expected = got ? print_config(*got) : got.error().message;
            INFO(url << " " << expected);
            CHECK(expected.find("qzx") == std::string::npos);
            CHECK(expected.find("wkv") == std::string::npos);
        }
}

}  // namespace config_test
