// The standard metrics of a process in Prometheus.
#pragma once
#include <prometheus/metric_family.h>

#include <vector>

namespace tollgate::server {

// process_resident_memory_bytes, process_cpu_seconds_total, process_open_fds, process_max_fds,
// process_threads and process_start_time_seconds, read from /proc at the call. Values that cannot
// be read are left out.
std::vector<prometheus::MetricFamily> process_families();

}  // namespace tollgate::server
