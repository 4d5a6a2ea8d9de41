#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""ONNX files of ours before the real checker (package python3-onnx); skipped (77) without it."""
import os
import pathlib
import subprocess
import sys
import tempfile
import unittest

# The distribution's module, whichever Python runs this.
sys.path.append("/usr/lib/python3/dist-packages")
try:
    import onnx
except ImportError:
    print("skipped: no python3-onnx")
    sys.exit(77)

BIN = pathlib.Path(os.environ["SOAKRIG_BIN"])


class SynthOnnx(unittest.TestCase):
    def test_every_kind_passes_the_checker_with_its_shapes(self):
        with tempfile.TemporaryDirectory(prefix="soakrig-") as folder:
            for op in ("gemm", "conv"):
                for precision in ("fp32", "fp16", "int8"):
                    for sparse in ([], ["--sparse"]):
                        with self.subTest(op=op, precision=precision, sparse=sparse):
                            path = os.path.join(folder, "model.onnx")
                            subprocess.run(
                                [BIN / "soakrig", "model", "synth", "--onnx", "--op", op, "--precision",
                                 precision, "--size", "32", "--side", "8", "--batch", "4", "--layers", "3",
                                 "-o", path, *sparse], check=True, stdout=subprocess.DEVNULL, timeout=60)
                            model = onnx.load(path)
                            onnx.checker.check_model(model, full_check=True)
                            inferred = onnx.shape_inference.infer_shapes(model, strict_mode=True)
                            dims = [d.dim_value for d in inferred.graph.output[0].type.tensor_type.shape.dim]
                            self.assertEqual(dims, [4, 32, 8, 8] if op == "conv" else [4, 32])

    def test_a_broken_file_would_fail(self):
        with self.assertRaises(Exception):
            onnx.checker.check_model(onnx.load_model_from_string(b"\x08\x07\x12\x03abc"))


if __name__ == "__main__":
    unittest.main(verbosity=2)
