// The load of tests/chaos/storm: a slow Stripe, the streams, the clients who have nothing to do
// with them, and the one call that revokes all servers. Driven line by line over standard input;
// every answer is one line of names and numbers.
#include <array>
#include <iostream>
#include <mutex>
#include <sstream>

#include "tests/chaos/storm_streams.hpp"
#include "tests/chaos/storm_upstream.hpp"

namespace {

using namespace tollgate::storm;
using std::chrono::milliseconds;
using steady = std::chrono::steady_clock;

double ms_since(steady::time_point start) {
    return std::chrono::duration<double, std::milli>(steady::now() - start).count();
}

// Sends a request and reads its answer, which has a Content-Length.
std::string ask_for(const descriptor& socket, const std::string& request) {
    write_all(socket, request);
    std::string text;
    for (;;) {
        if (!read_some(socket, text)) throw std::runtime_error("the gateway closed a connection");
        const auto end = text.find("\r\n\r\n");
        if (end == std::string::npos) continue;
        const auto at = text.find("Content-Length: ");
        if (at == std::string::npos || at > end) throw std::runtime_error("no length: " + text);
        if (text.size() >= end + 4 + std::stoul(text.substr(at + 16))) return text;
    }
}

// Clients of servers that live on, each with a connection of its own, one request after another.
class probes {
public:
    probes(unsigned short port, const std::vector<std::string>& paths, milliseconds pause) {
        for (const auto& path : paths)
            threads_.emplace_back([this, port, path, pause] { ask(port, path, pause); });
    }
    ~probes() {
        stopping_ = true;
        for (auto& thread : threads_) thread.join();
    }
    probes(const probes&) = delete;
    probes& operator=(const probes&) = delete;

    // How long the requests took since the last call of this.
    std::string report() {
        std::array<std::vector<double>, kinds> each;
        {
            const std::lock_guard lock{mutex_};
            each = std::exchange(took_, {});
        }
        std::vector<double> all;
        for (const auto& one : each) all.insert(all.end(), one.begin(), one.end());
        std::ostringstream out;
        out << "requests " << all.size() << " refused " << refused_ << " p50_ms " << at(all, 0.5)
            << " p99_ms " << at(all, 0.99) << " max_ms " << at(all, 1) << " ping_p99_ms "
            << at(each[0], 0.99) << " list_p99_ms " << at(each[1], 0.99) << " call_p99_ms "
            << at(each[2], 0.99);
        return out.str();
    }

private:
    static constexpr std::size_t kinds = 3;

    // The value below which `part` of all lie.
    static double at(std::vector<double>& took, double part) {
        if (took.empty()) return 0;
        std::sort(took.begin(), took.end());
        const auto last = static_cast<double>(took.size() - 1);
        return took[static_cast<std::size_t>(part * last)];
    }

    void ask(unsigned short port, const std::string& path, milliseconds pause) {
        const std::array<std::string, kinds> requests{
            post(path, R"({"jsonrpc":"2.0","id":1,"method":"ping"})"),
            post(path, R"({"jsonrpc":"2.0","id":1,"method":"tools/list"})"),
            post(path, R"({"jsonrpc":"2.0","id":1,"method":"tools/call","params":{)"
                       R"("name":"list_all_stripe_refunds","arguments":{}}})")};
        const descriptor socket = connect_to(port);
        for (std::size_t turn = 0; !stopping_; ++turn) {
            const auto start = steady::now();
            const std::string answer = ask_for(socket, requests[turn % kinds]);
            const double took = ms_since(start);
            {
                const std::lock_guard lock{mutex_};
                took_[turn % kinds].push_back(took);
            }
            if (!answer.starts_with("HTTP/1.1 200") ||
                answer.find(R"("isError":true)") != std::string::npos)
                ++refused_;
            std::this_thread::sleep_for(pause);
        }
    }

    std::mutex mutex_;
    std::array<std::vector<double>, kinds> took_;
    std::atomic<long> refused_{0};
    std::atomic<bool> stopping_{false};
    std::vector<std::thread> threads_;
};

struct load {
    slow_upstream stripe;
    std::unique_ptr<stream_crowd> crowd{};
    std::unique_ptr<probes> others{};
    unsigned short port = 0;

    // target PORT KIND PATH...: the gateway, what its streams are, and the servers of those who
    // only watch.
    std::string target(std::istream& words) {
        std::string kind;
        words >> port >> kind;
        const auto found = std::find_if(stream_kinds.begin(), stream_kinds.end(),
                                        [&](const auto& one) { return one.name == kind; });
        if (found == stream_kinds.end()) throw std::runtime_error("unknown kind: " + kind);
        std::vector<std::string> paths;
        for (std::string path; words >> path;) paths.push_back(path);
        others.reset();
        crowd.reset();
        crowd = std::make_unique<stream_crowd>(port, *found);
        others = std::make_unique<probes>(port, paths, milliseconds{8});
        return "ok";
    }

    // open SECONDS PATH...: begins the streams and waits until all are open.
    std::string open(std::istream& words) {
        long seconds = 0;
        words >> seconds;
        std::vector<std::string> paths;
        for (std::string path; words >> path;) paths.push_back(path);
        const auto start = steady::now();
        const auto count = static_cast<long>(paths.size());
        crowd->begin(std::move(paths), 256);
        while (crowd->opened < count && ms_since(start) < 1000.0 * static_cast<double>(seconds))
            std::this_thread::sleep_for(milliseconds{10});
        return crowd_report(ms_since(start));
    }

    // revoke SECONDS KEY PATH COUNT: the one call, that ends so many servers; until every stream
    // has ended.
    std::string revoke(std::istream& words) {
        long seconds = 0;
        std::string key;
        std::string path;
        std::string count;
        words >> seconds >> key >> path >> count;
        const auto start = steady::now();
        const descriptor socket = connect_to(port);
        const std::string body = R"({"reason":"storm","expect":)" + count + "}";
        const std::string answer =
            ask_for(socket, post(path, body, "Authorization: Bearer " + key + "\r\n"));
        const double acknowledged = ms_since(start);
        while (crowd->severed + crowd->lost < crowd->opened &&
               ms_since(start) < 1000.0 * static_cast<double>(seconds))
            std::this_thread::sleep_for(milliseconds{2});
        std::ostringstream out;
        constexpr std::string_view member = R"("revoked":)";
        const auto at = answer.find(member);
        if (at == std::string::npos) throw std::runtime_error("the revoke failed: " + answer);
        out << crowd_report(ms_since(start)) << " acknowledged_ms " << acknowledged << " revoked "
            << std::stol(answer.substr(at + member.size()));
        return out.str();
    }

    std::string crowd_report(double took) const {
        std::ostringstream out;
        out << "took_ms " << took << " opened " << crowd->opened << " severed " << crowd->severed
            << " lost " << crowd->lost << " pages " << stripe.pages();
        return out.str();
    }

    std::string obey(const std::string& line) {
        std::istringstream words{line};
        std::string verb;
        words >> verb;
        if (verb == "target") return target(words);
        if (verb == "open") return open(words);
        if (verb == "revoke") return revoke(words);
        if (verb == "probes") return others->report();
        if (verb == "loss") return crowd->first_loss.substr(0, crowd->first_loss.find('\n'));
        throw std::runtime_error("unknown word: " + verb);
    }
};

}  // namespace

int main(int count, char** words) {
    raise_open_files();
    const int delay_ms = count > 1 ? std::stoi(words[1]) : 1000;
    load all{.stripe = slow_upstream{milliseconds{delay_ms}}};
    std::cout << "port " << all.stripe.port() << std::endl;
    for (std::string line; std::getline(std::cin, line);) std::cout << all.obey(line) << std::endl;
    return 0;
}
