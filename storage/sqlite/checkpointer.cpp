#include "storage/sqlite/checkpointer.hpp"

#include <utility>

namespace tollgate::storage::sqlite {

void checkpointer::after_commit(database& writer) {
    const int before = std::exchange(pages_, writer.pages_in_log());
    if (pages_ < before) next_at_ = pages_of_pass;  // the log has begun anew
    if (pages_ < next_at_) return;
    writer.checkpoint();
    next_at_ = pages_ + pages_of_pass;
}

}  // namespace tollgate::storage::sqlite
