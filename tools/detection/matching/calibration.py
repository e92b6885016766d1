"""Fits the weights of verdict.py on labelled copies: `python -m tools.detection.matching.calibration CLIPS COPIES...`.

Each COPIES holds `dev_labels.jsonl` and the files that it names, CLIPS the `manifest.csv` of the originals: as
make_copies.py of the test clips writes and reads them. What is printed goes into verdict.py.
"""

import csv
import json
import sys
import tempfile
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from tools.detection.matching.detector import Detector
from tools.detection.matching.originals import Originals
from tools.detection.matching.verdict import features
from tools.kernel.media.pool import MediaPool

Floats = npt.NDArray[np.float64]
_OWNER = "calibration"
_ROUNDS = 60
# Of seven values the best by ten parts of the clips, each scored by the fit on the other nine.
_RIDGE = 0.3


def fit(rows: Floats, truth: Floats, *, ridge: float = _RIDGE) -> tuple[Floats, float]:
    """Return weights and bias of the logistic regression, by Newton's method on standardised columns."""
    middle, spread = rows.mean(0), rows.std(0) + 1e-9
    known = np.column_stack([(rows - middle) / spread, np.ones(len(rows))])
    penalty = np.full(known.shape[1], ridge)
    penalty[-1] = 1e-6
    weights = np.zeros(known.shape[1])
    for _ in range(_ROUNDS):
        chance = 1 / (1 + np.exp(-known @ weights))
        slope = known.T @ (chance - truth) + penalty * weights
        curve = (known.T * (chance * (1 - chance))) @ known + np.diag(penalty)
        weights -= np.linalg.solve(curve, slope)
    scaled = weights[:-1] / spread
    return scaled, float(weights[-1] - scaled @ middle)


def labels(copies: Iterable[Path]) -> Iterator[tuple[Path, dict[str, Any]]]:
    """Yield each labelled file with its label."""
    for folder in copies:
        for line in (folder / "dev_labels.jsonl").read_text("utf-8").splitlines():
            # Any: the labels are JSON.
            label: dict[str, Any] = json.loads(line)
            yield folder / str(label["file"]), label


def labelled_rows(detector: Detector, copies: Iterable[Path]) -> Iterator[tuple[tuple[float, ...], bool]]:
    """Yield features and truth: each copy's best alignment on a true original, and every one on another."""
    known = list(labels(copies))
    with ThreadPoolExecutor(2) as threads:
        considered = threads.map(detector.considered, [path for path, _ in known])
        for (_, label), found in zip(known, considered, strict=True):
            shown = {segment["src"] for segment in label["segs"]}
            told = [(original.name, features(one)) for original, one in found if one.moments]
            for name in shown & {name for name, _ in told}:
                yield max(row for other, row in told if other == name), True
            yield from ((row, False) for name, row in told if name not in shown)


def main(clips: Path, copies: Iterable[Path]) -> None:
    """Print the weights and the bias."""
    with (clips / "manifest.csv").open(encoding="utf-8") as file:
        originals = [
            clips / row["file"]
            for row in csv.DictReader(file)
            if (row["split"], row["role"]) == ("dev", "registered")
        ]
    with tempfile.TemporaryDirectory() as folder, MediaPool() as pool:
        detector = Detector(Originals(Path(folder)), pool=pool)
        faults = [fault for _, fault in detector.add(originals, owner=_OWNER) if fault is not None]
        assert not faults, faults
        told = list(labelled_rows(detector, copies))
    rows, truth = np.array([row for row, _ in told]), np.array([float(true) for _, true in told])
    weights, bias = fit(rows, truth)
    score = rows @ weights + bias
    print(f"{int(truth.sum())} true, {int((1 - truth).sum())} other alignments")  # noqa: T201 - a command
    print(f"_WEIGHTS = ({', '.join(f'{weight:.2f}' for weight in weights)})\n_BIAS = {bias:.2f}")  # noqa: T201
    print("lowest true", np.sort(score[truth == 1])[:12].round(1))  # noqa: T201 - as above
    print("highest other", np.sort(score[truth == 0])[::-1][:12].round(1))  # noqa: T201 - as above


if __name__ == "__main__":
    main(Path(sys.argv[1]), [Path(one) for one in sys.argv[2:]])
