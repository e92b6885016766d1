"""Compiled loops over pairs of frames: which points match, and the similarity that most of them agree on."""
# numba ships no types for what it compiles; alignment.py types what goes in and comes out.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownParameterType=false
# pyright: reportMissingParameterType=false, reportUntypedFunctionDecorator=false, reportUnknownArgumentType=false, reportCallIssue=false

import numpy as np
from numba import njit, uint64

from tools.detection.fingerprints.popcount import popcount

# Columns of the evidence: distinct cells, inliers, and the similarity u = a x - b y + c, v = b x + a y + d.
CELLS, INLIERS, A, B, C, D = range(6)
_FARTHEST = 36
_TRIES = 160
# A similarity that does not turn the picture is preferred to one that does for a few points more.
_UPRIGHT, _PREFERRED = 0.03, 1.2
_POOLED_TRIES = 600
_NEAR = 0.02
# The picture is parted into so many rows and columns of cells.
GRID = 16
_FEWEST = 4
_SMALLEST, _LARGEST = 0.2, 5.0
_STEEPEST = 0.22
_SHORTEST = 0.04
# How alike two similarities are that belong together: log2 of the scale, slope, place of a point near the middle.
_SCALE_APART, _SLOPE_APART, _PLACE_APART = 0.2, 0.07, 0.07


@njit(cache=True, nogil=True)
def match_points(left, right, most):  # noqa: ANN001, ANN201 - compiled for uint64 (n, 2), (m, 2)
    """Return index pairs (k, 2) of points that are each other's nearest within `most` bits."""
    count, others = left.shape[0], right.shape[0]
    best = np.full(count, -1, np.int32)
    back = np.full(others, -1, np.int32)
    back_near = np.full(others, most + 1, np.int64)
    first, second, apart = right[:, 0].copy(), right[:, 1].copy(), np.empty(others, np.int64)
    for i in range(count):
        one, two = left[i]
        nearest = np.int64(most + 1)
        # Nothing but counting, which the processor does four codes at a time; few points have any that is near.
        for j in range(others):
            apart[j] = np.int64(popcount(one ^ first[j]) + popcount(two ^ second[j]))
            nearest = min(nearest, apart[j])
        if nearest > most:
            continue
        for j in range(others):
            if apart[j] == nearest and best[i] < 0:
                best[i] = j
            if apart[j] < back_near[j]:
                back_near[j], back[j] = apart[j], i
    found = np.empty((count, 2), np.int32)
    size = 0
    for i in range(count):
        if best[i] >= 0 and back[best[i]] == i:
            found[size, 0] = i
            found[size, 1] = best[i]
            size += 1
    return found[:size]


@njit(cache=True, nogil=True)
def fit_similarity(x, y, u, v):  # noqa: ANN001, ANN201 - compiled for float64 arrays
    """Return (a, b, c, d) of least squares."""
    mx, my, mu, mv = x.mean(), y.mean(), u.mean(), v.mean()
    p, q, size = 0.0, 0.0, 1e-12
    for i in range(x.shape[0]):
        dx, dy, du, dv = x[i] - mx, y[i] - my, u[i] - mu, v[i] - mv
        p += dx * du + dy * dv
        q += dx * dv - dy * du
        size += dx * dx + dy * dy
    a, b = p / size, q / size
    return a, b, mu - a * mx + b * my, mv - b * mx - a * my


@njit(cache=True, nogil=True)
def sample_similarity(x, y, u, v, tries):  # noqa: ANN001, ANN201 - compiled for float64 arrays
    """Return (inliers, a, b, c, d) of the best similarity through two of the points, drawn in a fixed order."""
    count = x.shape[0]
    best, best_score, best_a, best_b, best_c, best_d = 0, 0.0, 1.0, 0.0, 0.0, 0.0
    state = uint64(88172645463325252)
    for _ in range(tries):
        state ^= state << uint64(13)
        state ^= state >> uint64(7)
        state ^= state << uint64(17)
        i, j = int(state % uint64(count)), int((state >> uint64(24)) % uint64(count))
        dx, dy, du, dv = x[j] - x[i], y[j] - y[i], u[j] - u[i], v[j] - v[i]
        size = dx * dx + dy * dy
        if size < _SHORTEST * _SHORTEST:
            continue
        a, b = (dx * du + dy * dv) / size, (dx * dv - dy * du) / size
        scale = np.hypot(a, b)
        if scale < _SMALLEST or scale > _LARGEST or abs(b) > _STEEPEST * abs(a) or a <= 0:
            continue
        c, d = u[i] - a * x[i] + b * y[i], v[i] - b * x[i] - a * y[i]
        inliers = within(x, y, u, v, a, b, c, d).sum()
        score = inliers * (_PREFERRED if abs(b) < _UPRIGHT * a else 1.0)
        if score > best_score:
            best, best_score, best_a, best_b, best_c, best_d = inliers, score, a, b, c, d
    return best, best_a, best_b, best_c, best_d


@njit(cache=True, nogil=True)
def within(x, y, u, v, a, b, c, d):  # noqa: ANN001, ANN201 - compiled for float64 arrays
    """Return which points the similarity maps near to their partners."""
    kept = np.zeros(x.shape[0], np.bool_)
    near = _NEAR * max(1.0, np.hypot(a, b))
    for k in range(x.shape[0]):
        kept[k] = abs(a * x[k] - b * y[k] + c - u[k]) < near and abs(b * x[k] + a * y[k] + d - v[k]) < near
    return kept


@njit(cache=True, nogil=True)
def agree(x, y, u, v, tries):  # noqa: ANN001, ANN201 - compiled for float64 arrays
    """Return (evidence, inliers) of the similarity that most point pairs agree on."""
    evidence = np.zeros(6)
    best, a, b, c, d = sample_similarity(x, y, u, v, tries)
    kept = within(x, y, u, v, a, b, c, d)
    if best < _FEWEST:
        kept[:] = False
        return evidence, kept
    for _ in range(2):
        fitted_a, fitted_b, fitted_c, fitted_d = fit_similarity(x[kept], y[kept], u[kept], v[kept])
        if fitted_a <= 0 or np.hypot(fitted_a, fitted_b) < _SMALLEST:
            break
        again = within(x, y, u, v, fitted_a, fitted_b, fitted_c, fitted_d)
        if again.sum() < _FEWEST:
            break
        a, b, c, d, kept = fitted_a, fitted_b, fitted_c, fitted_d, again
    evidence[A], evidence[B], evidence[C], evidence[D] = a, b, c, d
    left, right = np.zeros((GRID + 1, GRID + 1), np.bool_), np.zeros((GRID + 1, GRID + 1), np.bool_)
    for k in range(x.shape[0]):
        if kept[k]:
            left[int(max(0.0, x[k]) * GRID), int(y[k] * GRID)] = True
            right[int(u[k] * GRID), int(v[k] * GRID)] = True
    evidence[CELLS] = min(left.sum(), right.sum())
    evidence[INLIERS] = kept.sum()
    return evidence, kept


@njit(cache=True, nogil=True)
def match_frames(words, places, firsts, other_words, other_places, other_firsts, pair):  # noqa: ANN001, ANN201 - arrays
    """Return (4, k) places x, y and u, v of the points of two frames that match."""
    start, end = firsts[pair[0]], firsts[pair[0] + 1]
    other, stop = other_firsts[pair[1]], other_firsts[pair[1] + 1]
    found = match_points(words[start:end], other_words[other:stop], _FARTHEST)
    at = np.empty((4, found.shape[0]))
    for k in range(found.shape[0]):
        here, there = places[start + found[k, 0]], other_places[other + found[k, 1]]
        at[0, k], at[1, k], at[2, k], at[3, k] = here[0] / 255, here[1] / 255, there[0] / 255, there[1] / 255
    return at


@njit(cache=True, nogil=True)
def pair_frames(words, places, firsts, other_words, other_places, other_firsts, pairs):  # noqa: ANN001, ANN201 - arrays
    """Return the evidence (n, 6) of each pair of frames."""
    evidence = np.zeros((pairs.shape[0], 6))
    for row in range(pairs.shape[0]):
        at = match_frames(words, places, firsts, other_words, other_places, other_firsts, pairs[row])
        if at.shape[1] >= _FEWEST:
            evidence[row], _ = agree(at[0], at[1], at[2], at[3], _TRIES)
    return evidence


@njit(cache=True, nogil=True)
def pool_frames(words, places, firsts, other_words, other_places, other_firsts, pairs):  # noqa: ANN001, ANN201 - arrays
    """Return (evidence, rows, at) of the similarity on which the matches of all pairs of frames together agree.

    `rows` are the inliers' pairs of frames, `at` (4, n) their places x, y and u, v.
    """
    at, rows = np.empty((4, 0)), np.empty(0, np.int64)
    for row in range(pairs.shape[0]):
        found = match_frames(words, places, firsts, other_words, other_places, other_firsts, pairs[row])
        at = np.concatenate((at, found), axis=1)
        rows = np.concatenate((rows, np.full(found.shape[1], row)))
    if rows.shape[0] < _FEWEST:
        return np.zeros(6), rows[:0], at[:, :0]
    evidence, kept = agree(at[0], at[1], at[2], at[3], _POOLED_TRIES)
    inliers = np.flatnonzero(kept)
    return evidence, rows[inliers], at[:, inliers]


@njit(cache=True, nogil=True)
def agree_in_time(times, other_times, groups, evidence, near_seconds):  # noqa: ANN001, ANN201 - float64 (n,), int64 (n,)
    """Return (score, offset, speed, members) of the frame pairs that agree on one offset, speed and similarity.

    The original's time is offset + speed x the query's. A query frame counts once, with its most cells.
    """
    count = times.shape[0]
    best, best_offset, best_speed = 0.0, 0.0, 1.0
    members = np.zeros(count, np.bool_)
    order = np.argsort(-evidence[:, CELLS])
    frames = groups.max() + 1 if count else 0
    for seed in range(min(24, count)):
        i = order[seed]
        for step in range(13):
            # The true speed first, so that a still picture is not said to be faster.
            speed = 1.0 + (step + 1) // 2 * 0.04 * (1 if step % 2 else -1) * (1.0 if step % 2 else 0.85)
            offset = other_times[i] - speed * times[i]
            cells = np.zeros(frames)
            which = np.full(frames, -1)
            for k in range(count):
                if abs(other_times[k] - speed * times[k] - offset) > near_seconds or not _same_geometry(
                    evidence[i], evidence[k]
                ):
                    continue
                if evidence[k, CELLS] > cells[groups[k]]:
                    cells[groups[k]] = evidence[k, CELLS]
                    which[groups[k]] = k
            score = cells.sum()
            if score > best * 1.02:
                best, best_offset, best_speed = score, offset, speed
                members[:] = False
                for frame in range(frames):
                    if which[frame] >= 0:
                        members[which[frame]] = True
    return best, best_offset, best_speed, members


@njit(cache=True, nogil=True)
def _same_geometry(one, other):  # noqa: ANN001, ANN202 - compiled for float64 (6,)
    scale, other_scale = np.hypot(one[A], one[B]), np.hypot(other[A], other[B])
    if (
        abs(np.log2(scale / other_scale)) > _SCALE_APART
        or abs(one[B] / one[A] - other[B] / other[A]) > _SLOPE_APART
    ):
        return False
    x, y = 0.4, 0.4
    across = one[A] * x - one[B] * y + one[C] - (other[A] * x - other[B] * y + other[C])
    down = one[B] * x + one[A] * y + one[D] - (other[B] * x + other[A] * y + other[D])
    return abs(across) < _PLACE_APART * max(1.0, scale) and abs(down) < _PLACE_APART * max(1.0, scale)
