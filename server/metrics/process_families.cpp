#include "server/metrics/process_families.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <sys/resource.h>
#include <unistd.h>

namespace tollgate::server {

namespace {

using prometheus::MetricFamily;
using prometheus::MetricType;

void add(std::vector<MetricFamily>& into, const char* name, const char* help, MetricType type,
         double value) {
    MetricFamily out;
    out.name = name;
    out.help = help;
    out.type = type;
    out.metric.emplace_back();
    (type == MetricType::Counter ? out.metric.back().counter.value
                                 : out.metric.back().gauge.value) = value;
    into.push_back(std::move(out));
}

// The words of /proc/self/stat after the program's name, which may contain spaces; the first one is
// the state, field 3 in proc(5).
std::vector<std::string> stat_words() {
    std::ifstream in{"/proc/self/stat"};
    std::string line;
    std::getline(in, line);
    std::istringstream rest{line.substr(std::min(line.rfind(')') + 1, line.size()))};
    std::vector<std::string> out;
    for (std::string word; rest >> word;) out.push_back(word);
    return out;
}

// When this machine started, in seconds since 1970; 0 if unknown.
double boot_time() {
    std::ifstream in{"/proc/stat"};
    std::string word;
    double seconds = 0;
    while (in >> word)
        if (word == "btime" && in >> seconds) return seconds;
    return 0;
}

void add_stat(std::vector<MetricFamily>& into) {
    constexpr std::size_t first = 3;  // the field number in proc(5) of the first word
    const auto words = stat_words();
    if (words.size() <= 24 - first) return;
    const auto number = [&](std::size_t at) { return std::stod(words[at - first]); };
    const auto ticks = static_cast<double>(::sysconf(_SC_CLK_TCK));
    add(into, "process_cpu_seconds_total", "Processor time, user and system.", MetricType::Counter,
        (number(14) + number(15)) / ticks);
    add(into, "process_threads", "Threads.", MetricType::Gauge, number(20));
    add(into, "process_start_time_seconds", "When the process started, in Unix seconds.",
        MetricType::Gauge, boot_time() + number(22) / ticks);
    add(into, "process_resident_memory_bytes", "Memory that is resident.", MetricType::Gauge,
        number(24) * static_cast<double>(::sysconf(_SC_PAGESIZE)));
}

void add_files(std::vector<MetricFamily>& into) {
    std::error_code error;
    std::filesystem::directory_iterator files{"/proc/self/fd", error};
    if (error) return;
    add(into, "process_open_fds", "File descriptors that are open.", MetricType::Gauge,
        static_cast<double>(std::distance(begin(files), end(files))));
    rlimit most{};
    if (::getrlimit(RLIMIT_NOFILE, &most) != 0) return;
    add(into, "process_max_fds", "File descriptors that may be open.", MetricType::Gauge,
        static_cast<double>(most.rlim_cur));
}

}  // namespace

std::vector<MetricFamily> process_families() {
    std::vector<MetricFamily> out;
    add_stat(out);
    add_files(out);
    return out;
}

}  // namespace tollgate::server
