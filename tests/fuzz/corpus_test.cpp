#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "tests/fuzz/harness.h"
#include "tests/support/support.h"

namespace inbetween {
namespace {

namespace fs = std::filesystem;
using fuzz::problem_with;
using fuzz::sample_seeds;
using fuzz::Scratch;

/// The inputs kept for a format: what once broke a reader, and what samples do not show.
std::vector<fs::path> corpus_of(const Format& format) {
    const fs::path folder = test::source_folder() / "tests" / "fuzz" / "corpus" / std::string(format.id);
    std::set<fs::path> paths;
    std::error_code error;
    for (const auto& entry : fs::directory_iterator(folder, error)) paths.insert(entry.path());
    return {paths.begin(), paths.end()};
}

class FuzzCorpus : public testing::TestWithParam<const Format*> {};

TEST_P(FuzzCorpus, EveryInputIsReadOrRefusedAndWhatIsReadCanBeWritten) {
    const Scratch scratch;
    for (const std::string& seed : sample_seeds(*GetParam()))
        EXPECT_EQ(problem_with(*GetParam(), seed, scratch).value_or("none"), "none") << "a sample";
    for (const fs::path& path : corpus_of(*GetParam()))
        EXPECT_EQ(problem_with(*GetParam(), test::file_text(path), scratch).value_or("none"), "none") << path;
}

TEST_P(FuzzCorpus, ASeedIsReadAndTheDictionaryHasWords) {
    const Scratch scratch;
    const auto seeds = sample_seeds(*GetParam());
    bool any_read = false;
    for (const std::string& seed : seeds) any_read = any_read || is_read(*GetParam(), seed, scratch);
    for (const fs::path& path : corpus_of(*GetParam()))
        any_read = any_read || is_read(*GetParam(), test::file_text(path), scratch);
    EXPECT_TRUE(any_read) << seeds.size() << " samples, none of which is read";
    EXPECT_GT(fuzz::dictionary(*GetParam()).size(), 100U);
}

INSTANTIATE_TEST_SUITE_P(EveryFormat, FuzzCorpus, testing::ValuesIn(all_formats().begin(), all_formats().end()),
                         [](const auto& given) {
                             std::string name(given.param->id);
                             std::replace(name.begin(), name.end(), '-', '_');
                             return name;
                         });

TEST(FuzzInput, ComesBackAsItWasPacked) {
    const Format& format = *find_format("pot");
    const fuzz::Input input{{{"label", "a b"}, {"gap", "2"}},
                            {{"a.txt", "1 2\n"}, {"labels/b.txt", std::string("\0\n@", 3)}}};
    const fuzz::Input back = fuzz::unpacked(format, fuzz::packed(input));
    EXPECT_EQ(back.options, input.options);
    EXPECT_EQ(back.files, input.files);
}

TEST(FuzzInput, BytesWithoutMarksAreTheFileItself) {
    const fuzz::Input input = fuzz::unpacked(*find_format("cvat"), "<annotations/>");
    ASSERT_EQ(input.files.size(), 1U);
    EXPECT_EQ(input.files[0].first, "I00001.xml");
    EXPECT_EQ(input.files[0].second, "<annotations/>");
}

TEST(FuzzInput, NoNameLeavesTheFolder) {
    for (const char* name : {"../x", "/etc/x", "a/../../x", "", ".", "a//b", "x\"y"}) {
        const fuzz::Input input = fuzz::unpacked(*find_format("pot"), std::string("@@ file ") + name + "\ntext\n");
        ASSERT_EQ(input.files.size(), 1U);
        EXPECT_EQ(input.files[0].first, "I00001.txt") << name;
    }
}

}  // namespace
}  // namespace inbetween
