#pragma once

#include <cstdint>
#include <istream>
#include <optional>
#include <string>
#include <string_view>

#include "core/base/result.h"

namespace inbetween {

// A TFRecord file is one record after another: length, its checksum, bytes, their checksum, all little endian.
// source: https://www.tensorflow.org/tutorials/load_data/tfrecord#tfrecords_format_details

/// The CRC-32C of the bytes, turned and shifted as TFRecord files hold it.
std::uint32_t masked_crc32c(std::string_view bytes);

/// The bytes as a record.
std::string tfrecord_of(std::string_view bytes);

/// Tells whether a file's head begins as a record does: with a length whose checksum is right.
bool is_tfrecord_head(std::string_view head);

/// Hands out a file's records one by one, so that a file of any size needs the memory of its largest record.
class TfrecordReader {
public:
    TfrecordReader(std::string file, std::istream& in) : file_(std::move(file)), in_(in) {}
    /// The bytes of the next record; nullopt at the end.   errors: cut, or a checksum that is wrong, by record.
    Result<std::optional<std::string>> next();
    /// How many records were handed out.
    std::int64_t count() const { return count_; }
    /// "file: record N: field: why", of the record last handed out.
    Error error(std::string_view field, std::string_view why) const;

private:
    std::string file_;
    std::istream& in_;
    std::int64_t count_ = 0;
};

}  // namespace inbetween
