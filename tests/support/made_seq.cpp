#include "tests/support/made_seq.h"

#include <cstring>

namespace inbetween::test {

namespace {

std::string stamp_bytes(std::int64_t time_us) {
    std::string stamp(8, '\0');
    put_little(stamp, 0, static_cast<std::uint64_t>(time_us / 1'000'000), 4);
    put_little(stamp, 4, static_cast<std::uint64_t>(time_us / 1000 % 1000), 2);
    put_little(stamp, 6, static_cast<std::uint64_t>(time_us % 1000), 2);
    return stamp;
}

}  // namespace

void put_little(std::string& text, std::size_t at, std::uint64_t value, std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) text[at + i] = static_cast<char>(value >> (8 * i) & 0xFF);
}

std::string MadeSeq::bytes() const {
    std::string file(first, '\0');
    put_little(file, 0, 0xFEED, 4);
    const std::string name = "Norpix seq";
    for (std::size_t i = 0; i < name.size(); ++i) file[4 + 2 * i] = name[i];
    put_little(file, 28, version, 4);
    put_little(file, 32, 1024, 4);
    const std::uint32_t count = stated_frames.value_or(static_cast<std::uint32_t>(pictures.size()));
    const std::uint32_t numbers[] = {width,  height, bit_depth, bit_depth_real,  image_bytes,
                                     format, count,  0,         true_image_bytes};
    for (std::size_t i = 0; i < 9; ++i) put_little(file, 548 + 4 * i, numbers[i], 4);
    std::memcpy(file.data() + 584, &fps, 8);
    for (std::size_t i = 0; i < pictures.size(); ++i) {
        const std::int64_t time = times_us.empty() ? static_cast<std::int64_t>(i) * 40'000 : times_us[i];
        if (!is_raw()) {
            file.append(4, '\0');
            put_little(file, file.size() - 4, pictures[i].size() + 4, 4);
        }
        const std::size_t begin = file.size();
        file += pictures[i] + stamp_bytes(time);
        file.resize(is_raw() ? begin + true_image_bytes : file.size() + pad);
    }
    return file;
}

std::size_t MadeSeq::place_of(std::size_t n) const {
    std::size_t at = first;
    for (std::size_t i = 0; i < n; ++i) at += is_raw() ? true_image_bytes : 4 + pictures[i].size() + 8 + pad;
    return at;
}

}  // namespace inbetween::test
