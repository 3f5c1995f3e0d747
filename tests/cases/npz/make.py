"""Makes the .npz and .npy files of this folder with NumPy (2.4.6 made those that are here; run by hand):

    python3 -m venv /tmp/venv && /tmp/venv/bin/pip install numpy && /tmp/venv/bin/python tests/cases/npz/make.py

Number i of array a is (a + 1) + i / 8: a float16 without rounding. The network is Dense(3) on 2 features, batch
normalization, Dense(2). A file whose name begins with "bad-" must be refused; tests/unit/test_npz.c has the message.
"""
import io
import os
import warnings
import zipfile

import numpy as np

SHAPES = {
    "dense/kernel": (2, 3),
    "dense/bias": (3,),
    "batch_normalization/gamma": (3,),
    "batch_normalization/beta": (3,),
    "batch_normalization/moving_mean": (3,),
    "batch_normalization/moving_variance": (3,),
    "dense_1/kernel": (3, 2),
    "dense_1/bias": (2,),
}
os.chdir(os.path.dirname(os.path.abspath(__file__)))
warnings.filterwarnings("ignore", message="Stored array in format 3.0")


def array(index, shape, dtype="<f4"):
    return (index + 1 + np.arange(np.prod(shape)).reshape(shape) / 8).astype(dtype)


def arrays(dtype="<f4"):
    return {name: array(i, shape, dtype) for i, (name, shape) in enumerate(SHAPES.items())}


class Stream(io.RawIOBase):
    """A file that cannot seek: zipfile then writes data descriptors."""

    def __init__(self, path):
        self.file = open(path, "wb")

    def writable(self):
        return True

    def write(self, data):
        return self.file.write(data)


def npy_bytes(value, version):
    out = io.BytesIO()
    np.lib.format.write_array(out, value, version=version)
    return out.getvalue()


def write_members(path, members):
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in members.items():
            archive.writestr(zipfile.ZipInfo(name), data)


weights = arrays()
np.savez("named.npz", **weights)
np.savez_compressed("compressed.npz", **weights)
np.savez("float64.npz", **arrays("<f8"))
np.savez("float16.npz", **arrays("<f2"))
np.savez("fortran.npz", **{name: np.asfortranarray(value) for name, value in weights.items()})
np.savez("positions.npz", *weights.values())
np.savez("model-name.npz", **{"sequential/" + name: value for name, value in weights.items()})
np.savez(Stream("stream.npz"), **weights)
zipfile.ZIP64_LIMIT = 64  # from where on zipfile puts sizes and places into zip64 fields
np.savez("zip64.npz", **weights)
zipfile.ZIP64_LIMIT = (1 << 31) - 1
write_members(
    "versions.npz",
    {name + ".npy": npy_bytes(value, (1 + i % 3, 0)) for i, (name, value) in enumerate(weights.items())},
)
np.save("kernel.npy", weights["dense/kernel"])
np.save("bias.npy", weights["dense/bias"])

np.savez("bad-big-endian.npz", x=array(0, (2, 3), ">f4"))
np.savez("bad-integers.npz", x=np.arange(3))
np.savez("bad-objects.npz", x=np.array([None, {}], dtype=object))
np.savez("bad-structured.npz", x=np.zeros(2, dtype=[("a", "<f4"), ("b", "<f4")]))
np.savez("bad-dimensions.npz", x=np.zeros((1,) * 9, dtype="<f4"))
np.save("bad-single.npy", weights["dense/kernel"])
write_members("bad-member.npz", {"config.json": b"{}"})
write_members("bad-no-array.npz", {"x.npy": b"[1, 2, 3]"})
