#include "app/cli/table.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "app/cli/console.h"

namespace inbetween::cli {
namespace {

using ::testing::ElementsAre;

TEST(Table, AlignsColumnsByCharactersNotBytes) {
    EXPECT_THAT(aligned({{"a", "b", "c"}, {"\u00e4\u2192", "long", "d"}}),
                ElementsAre("a   b     c", "\u00e4\u2192  long  d"));
}

TEST(Table, LeavesNoBlanksAtTheEndAndTakesRowsOfAnyLength) {
    EXPECT_THAT(aligned({{"a", ""}, {"b", "c", "d"}, {}}), ElementsAre("a", "b  c  d", ""));
    EXPECT_TRUE(aligned({}).empty());
}

TEST(OneLine, CannotBeForgedByAName) { EXPECT_EQ(one_line("a\nb\tc\x1b[31m"), "a b c [31m"); }

}  // namespace
}  // namespace inbetween::cli
