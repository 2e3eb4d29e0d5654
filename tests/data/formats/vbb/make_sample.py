#!/usr/bin/python3
"""Makes sample.vbb with scipy, a writer that is not ours: whole numbers stored as integers, compressed, the fields of
one frame in the rarer order, an empty frame of each kind, and a place kept for an object that was never made."""
import os

import numpy as np
import scipy.io

USUAL = ["id", "pos", "occl", "lock", "posv"]
RARER = ["id", "pos", "posv", "occl", "lock"]


def frame(order, rows):
    out = np.empty((1, len(rows)), dtype=[(name, object) for name in order])
    for i, row in enumerate(rows):
        for name in order:
            out[0, i][name] = row[name]
    return out


def row(number, pos, occl, lock, posv):
    return {
        "id": np.uint8(number),
        "pos": np.array([pos], dtype=float),
        "occl": np.uint8(occl),
        "lock": np.uint8(lock),
        "posv": np.array([posv]) if any(posv) else np.zeros((1, 4), dtype=np.uint8),
    }


lists = np.empty((1, 6), dtype=object)
lists[0, 0] = np.zeros((0, 0))
lists[0, 1] = frame(USUAL, [row(1, [11.5, 21.0, 30.25, 60.0], 0, 1, [0, 0, 0, 0])])
lists[0, 2] = frame(RARER, [row(1, [12.5, 21.0, 30.25, 60.0], 1, 0, [12.5, 21.0, 20.0, 60.0]),
                            row(2, [-3.16, 1.34, 10.0, 20.0], 0, 1, [0, 0, 0, 0])])
lists[0, 3] = frame(USUAL, [row(1, [13.5, 21.0, 30.25, 60.0], 1, 1, [13.5, 21.0, 30.25, 60.0])])
lists[0, 4] = np.empty((1, 0), dtype=[(name, object) for name in USUAL])
lists[0, 5] = np.zeros((0, 0))
labels = np.empty((1, 3), dtype=object)
labels[0, 0] = "person"
labels[0, 1] = "person?"
labels[0, 2] = np.zeros((0, 0))
a = {
    "nFrame": np.uint8(6), "objLists": lists, "maxObj": np.uint8(3),
    "objInit": np.array([[1, 1, 0]], dtype=np.uint8), "objLbl": labels,
    "objStr": np.array([[2, 3, 0]], dtype=np.uint8), "objEnd": np.array([[4, 3, 0]], dtype=np.uint8),
    "objHide": np.array([[0, 1, 0]], dtype=np.uint8), "altered": np.uint8(0),
    "log": np.array([[733360.5]]), "logLen": np.uint8(1),
}
here = os.path.dirname(os.path.abspath(__file__))
scipy.io.savemat(os.path.join(here, "sample.vbb"), {"A": a, "vers": 1.4}, appendmat=False, do_compression=True)
