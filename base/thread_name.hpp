// Names of threads, as `top -H`, gdb and perf show them.
#pragma once

namespace tollgate::base {

// Names the calling thread `name`: at most 15 characters, or the thread keeps its old name.
void name_this_thread(const char* name) noexcept;

}  // namespace tollgate::base
