#include "core/base/check.h"

#include <cstdio>
#include <cstdlib>

namespace inbetween {

void check_failed(const char* condition, const std::source_location& where) {
    std::fprintf(stderr, "inbetween: internal error: %s does not hold (%s:%u)\n", condition, where.file_name(),
                 static_cast<unsigned>(where.line()));
    std::abort();
}

}  // namespace inbetween
