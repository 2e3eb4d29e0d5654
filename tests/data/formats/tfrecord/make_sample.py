#!/usr/bin/env python3
"""Makes walk.tfrecord beside it: two records, the second with class numbers alone."""
import os
import struct


def masked(data):
    crc = 0xFFFFFFFF
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = (crc >> 1) ^ (0x82F63B78 if crc & 1 else 0)
    crc ^= 0xFFFFFFFF
    return (((crc >> 15) | (crc << 17)) + 0xA282EAD8) & 0xFFFFFFFF


def varint(n):
    out = b""
    while n > 127:
        out += bytes([n & 127 | 128])
        n >>= 7
    return out + bytes([n])


def field(number, data):
    return varint(number << 3 | 2) + varint(len(data)) + data


def texts(*values):
    return field(1, b"".join(field(1, v.encode()) for v in values))


def floats(*values):
    return field(2, field(1, b"".join(struct.pack("<f", v) for v in values)))


def ints(*values):
    return field(3, field(1, b"".join(varint(v) for v in values)))


def record(features):
    entries = b"".join(field(1, field(1, k.encode()) + field(2, v)) for k, v in sorted(features.items()))
    data = field(1, entries)
    head = struct.pack("<Q", len(data))
    return head + struct.pack("<I", masked(head)) + data + struct.pack("<I", masked(data))


first = {"image/filename": texts("frame_000004.png"), "image/width": ints(768), "image/height": ints(576),
         "image/object/bbox/xmin": floats(0.25, 0), "image/object/bbox/ymin": floats(0.25, 0),
         "image/object/bbox/xmax": floats(0.5, 0.125), "image/object/bbox/ymax": floats(0.5, 0.125),
         "image/object/class/text": texts("person", "road bicycle"), "image/object/class/label": ints(1, 2),
         "image/object/difficult": ints(0, 1), "image/object/view": texts("Unspecified", "Unspecified")}
second = {"image/source_id": texts("frame_000005.png"), "image/object/bbox/xmin": floats(0),
          "image/object/bbox/ymin": floats(0), "image/object/bbox/xmax": floats(0.125),
          "image/object/bbox/ymax": floats(0.125), "image/object/class/label": ints(2)}
with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "walk.tfrecord"), "wb") as out:
    out.write(record(first) + record(second))
