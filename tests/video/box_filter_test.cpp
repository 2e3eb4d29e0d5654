#include "core/video/box_filter.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <random>

namespace inbetween::test {
namespace {

/// A plane of random samples, its rows further apart than they are long.
struct Samples {
    Samples(int width, int height, int bytes, int bit_depth, unsigned seed) : size{width, height}, bytes_each(bytes) {
        std::mt19937 random(seed);
        stride = width * bytes + 6;
        data.assign(static_cast<std::size_t>(stride * height), 0xee);
        for (int y = 0; y < height; ++y) {
            for (int x = 0; x < width; ++x) {
                // The largest value among them, so that sums are as large as they may be.
                const unsigned most = (1U << bit_depth) - 1;
                const unsigned value = random() % 4 == 0 ? most : static_cast<unsigned>(random()) & most;
                std::memcpy(&data[static_cast<std::size_t>(y * stride + x * bytes)], &value,
                            static_cast<std::size_t>(bytes));
            }
        }
    }
    unsigned at(int x, int y) const {
        unsigned value = 0;
        x = std::min(x, size.width - 1);
        y = std::min(y, size.height - 1);
        std::memcpy(&value, &data[static_cast<std::size_t>(y * stride + x * bytes_each)],
                    static_cast<std::size_t>(bytes_each));
        return value;
    }
    Plane plane() const { return {data.data(), stride, size, bytes_each}; }

    Size size;
    int bytes_each;
    int stride = 0;
    std::vector<std::uint8_t> data;
};

unsigned mean_of(const Samples& samples, int x, int y, BoxSize box, int bit_depth) {
    unsigned sum = 0;
    for (int j = 0; j < box.down; ++j) {
        for (int i = 0; i < box.across; ++i) sum += samples.at(x * box.across + i, y * box.down + j);
    }
    const unsigned divisor = static_cast<unsigned>(box.across * box.down) << (bit_depth - 8);
    return std::min((sum + divisor / 2) / divisor, 255U);
}

TEST(BoxFilter, GivesTheMeanOfEachBox) {
    BoxFilter filter;
    for (const int bit_depth : {8, 9, 10, 12, 14, 16}) {
        const int bytes = bit_depth > 8 ? 2 : 1;
        for (const BoxSize box : {BoxSize{1, 1}, {2, 2}, {2, 1}, {1, 2}, {4, 4}, {2, 4}, {4, 2}, {1, 4}}) {
            for (const Size size : {Size{64, 16}, {37, 9}, {1, 1}, {2, 3}, {5, 2}}) {
                SCOPED_TRACE(testing::Message() << bit_depth << " bits, box " << box.across << "x" << box.down << " of "
                                                << size.width << "x" << size.height);
                const Samples samples(size.width, size.height, bytes, bit_depth, 7);
                const int width = (size.width + box.across - 1) / box.across;
                const int height = (size.height + box.down - 1) / box.down;
                const int stride = width + 3;
                std::vector<std::uint8_t> out(static_cast<std::size_t>(stride * height), 0x55);
                filter.shrink(samples.plane(), bit_depth, box, out.data(), stride);
                for (int y = 0; y < height; ++y) {
                    for (int x = 0; x < width; ++x) {
                        ASSERT_EQ(out[static_cast<std::size_t>(y * stride + x)], mean_of(samples, x, y, box, bit_depth))
                            << x << ", " << y;
                    }
                    for (int x = width; x < stride; ++x) {
                        ASSERT_EQ(out[static_cast<std::size_t>(y * stride + x)], 0x55) << "beyond row " << y;
                    }
                }
            }
        }
    }
}

}  // namespace
}  // namespace inbetween::test
