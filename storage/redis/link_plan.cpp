#include "storage/redis/link_plan.hpp"

#include <algorithm>

namespace tollgate::storage {

link_plan::action link_plan::begin() {
    if (sentinels_ == 0) return {.what = step::connect};
    asked_ = 1;
    return {.what = step::locate, .sentinel = last_answering_};
}

// The wait doubles with each failure; half of it is random.
link_plan::action link_plan::wait() {
    constexpr unsigned doublings_max = 10;
    const auto full = std::min(wait_max, wait_min * (1U << std::min(failures_, doublings_max)));
    ++failures_;
    const auto half = full.count() / 2;
    std::uniform_int_distribution<std::chrono::milliseconds::rep> spread{half, 2 * half};
    return {.what = step::wait, .wait = std::chrono::milliseconds{spread(random_)}};
}

link_plan::action link_plan::next(event what, std::chrono::milliseconds served) {
    if (what == event::stop) stopped_ = true;
    if (stopped_) return {.what = step::end};
    switch (what) {
        case event::start:
        case event::waited:
            return begin();
        case event::located:
            return {.what = step::connect};
        case event::locate_failed:
            last_answering_ = (last_answering_ + 1) % sentinels_;
            if (asked_ == sentinels_) return wait();
            ++asked_;
            return {.what = step::locate, .sentinel = last_answering_};
        case event::connected:
            return {.what = step::greet};
        case event::greeted:
            return {.what = step::serve};
        case event::connect_failed:
        case event::greet_failed:
            return wait();
        case event::lost:
            if (served >= sound_after) failures_ = 0;
            return wait();
        case event::stop:
            break;
    }
    return {.what = step::end};
}

}  // namespace tollgate::storage
