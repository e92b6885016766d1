"""The weights that are shipped for the registered tools, so that a start need not work them out.

`python -m bot.agent.local.weights` writes them again after a change of what they are learnt from; until then they are worked
out at every start, which gives the same decisions and takes a second longer.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import numpy as np

from bot.agent.local.learned import Learned
from bot.agent.local.speech import Utterance
from tools.kernel.agent_tool import AgentTool

SHIPPED = Path(__file__).with_name("weights.npz")
# The name under which the weights for the tools themselves stand; the others stand under their tool's name.
TOOLS = "tools"
_FORM = 1


def fingerprint(tools: Sequence[AgentTool], speech: Iterable[Utterance]) -> str:
    """Return what changes whenever the examples, the tools' words or the speech do."""
    learnt = (
        _FORM,
        [(tool.name, tool.asks, tool.nouns, tool.actions) for tool in tools],
        [
            (one.text, one.label, sorted((name, sorted(said.items())) for name, said in one.slots.items()))
            for one in speech
        ],
    )
    return hashlib.sha256(json.dumps(learnt, ensure_ascii=False).encode()).hexdigest()


def shipped(wanted: str, path: Path = SHIPPED) -> dict[str, Learned] | None:
    """Return the shipped weights by name, None when they were learnt from something else."""
    if not path.exists():
        return None
    with np.load(path) as found:
        if str(found["fingerprint"]) != wanted:
            return None
        steps = dict(zip(str(found["names"]).split(), found["steps"].tolist(), strict=True))
        return {name: _read(found, name, step) for name, step in steps.items()}


def ship(fingerprint: str, learned: Mapping[str, Learned], path: Path = SHIPPED) -> None:
    """Write the weights; the same weights give the same bytes."""
    arrays = {
        f"{name}.{part}": array
        for name, one in learned.items()
        for part, array in (
            ("labels", np.array("\n".join(one.labels))),
            ("grams", np.array("\n".join(one.grams))),
            ("idf", one.idf.astype(np.float16)),
            ("weights", one.weights),
            ("dense", one.dense.astype(np.float16)),
            ("bias", one.bias),
        )
    }
    np.savez_compressed(
        path,
        allow_pickle=False,
        fingerprint=np.array(fingerprint),
        names=np.array(" ".join(learned)),
        steps=np.array([one.step for one in learned.values()]),
        **arrays,
    )


def _read(found: Mapping[str, np.ndarray], name: str, step: float) -> Learned:
    return Learned(
        labels=tuple(str(found[f"{name}.labels"]).split("\n")),
        grams={gram: place for place, gram in enumerate(str(found[f"{name}.grams"]).split("\n"))},
        idf=found[f"{name}.idf"].astype(np.float32),
        weights=found[f"{name}.weights"],
        step=step,
        dense=found[f"{name}.dense"].astype(np.float32),
        bias=found[f"{name}.bias"],
    )


def _main() -> None:
    # The engine reads this module, so that its own names are only had here.
    from bot.agent.local.intents import Understanding  # noqa: PLC0415
    from bot.agent.local.speech import learnt_from  # noqa: PLC0415
    from tools.catalog import all_tools  # noqa: PLC0415

    tools, speech = tuple(all_tools()), learnt_from()
    ship(fingerprint(tools, speech), Understanding(tools, speech=speech).learned)


if __name__ == "__main__":
    _main()
