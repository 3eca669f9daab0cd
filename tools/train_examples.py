"""Fit the example model to the labeled sentences, and write its weights.

Run it after a change of `src/nemomusic/local/agent/examples/sentences/*.txt`:

    python tools/train_examples.py
    python tools/train_examples.py --language zh
    python tools/train_examples.py --leave-out build9

The second line writes the weights of one language. The third line writes nothing: it fits without
one set, and prints how many of that set's sentences get the right kind first.
"""

from __future__ import annotations

import argparse
from array import array

import numpy as np

from nemomusic.local.agent.examples.example_model import FOLDER, ExampleModel, to_bytes
from nemomusic.local.agent.examples.intent_kinds import kind_of_label
from nemomusic.local.agent.examples.labeled_sentences import LabeledSentence, digest, read
from nemomusic.local.agent.examples.sentence_features import RULE, SLOTS, features, slot

RIDGE = 0.3
"""Weight of the penalty on large weights, found by cross-validation."""
RULE_WEIGHT = 2.0
"""Factor on the rarity of a feature that stands for a pattern of the rules."""
LEAST = 2
"""Number of sentences that a feature must be in. A feature of one sentence says little."""
RARITY_UNIT = 12.0
"""Units of a rarity of 1: the file keeps it as a whole number up to 255."""


def kinds_asked(sentence: LabeledSentence) -> frozenset[str]:
    """Return the kinds of intents of a sentence."""
    return frozenset(map(kind_of_label, sentence.asks))


def fit(sentences: list[LabeledSentence], sum_of: str = "") -> ExampleModel:
    """Return the ridge regression of the kinds, 1 and -1, on the features."""
    found = [features(one.text, has_music=one.has_music) for one in sentences]
    seen: dict[str, int] = {}
    for one in found:
        for name in one:
            seen[name] = seen.get(name, 0) + 1
    rules = {slot(name) for name in seen if name.startswith(RULE)}
    rows = [sorted({slot(name) for name in one if seen[name] >= LEAST}) for one in found]
    count = np.zeros(SLOTS)
    for row in rows:
        count[row] += 1
    rarity = np.log((1 + len(rows)) / (1 + count)) + 1
    rarity[sorted(rules)] *= RULE_WEIGHT
    units = np.clip(np.round(rarity * RARITY_UNIT), 1, 255)
    data = np.zeros((len(rows), SLOTS), np.float32)
    for at, row in enumerate(rows):
        data[at, row] = units[row] / np.linalg.norm(units[row])
    asked = [kinds_asked(one) for one in sentences]
    kinds = sorted({kind for one in asked for kind in one})
    target = np.array([[1.0 if kind in one else -1.0 for kind in kinds] for one in asked])
    base = target.mean(0)
    alike = (data @ data.T).astype(np.float64)
    weights = data.T @ np.linalg.solve(alike + RIDGE * np.eye(len(rows)), target - base)
    scale = float(np.abs(weights).max() / 127)
    return ExampleModel(
        tuple(kinds),
        tuple(map(float, base)),
        array("B", units.astype(np.uint8).tobytes()),
        np.round(weights / scale).astype(np.int8).tobytes(),
        scale,
        sum_of,
    )


def main() -> None:
    """Write the weights of both languages, or try the model on a set that was left out."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--leave-out", metavar="SET", help="the set's name, such as build9")
    parser.add_argument("--language", choices=("en", "zh"), help="only this language")
    asked = parser.parse_args()
    for language in (asked.language,) if asked.language else ("en", "zh"):
        sets = read(language)
        if asked.leave_out:
            name = f"{asked.leave_out}_{language}"
            model = fit([one for other, all_ in sets.items() if other != name for one in all_])
            right = 0
            for one in sets[name]:
                scores = model.scores(one.text, has_music=one.has_music)
                right += max(scores, key=scores.__getitem__) in kinds_asked(one)
            print(f"{name}: {right} of {len(sets[name])} get the right kind first")
            continue
        model = fit([one for all_ in sets.values() for one in all_], digest(language))
        data = to_bytes(model)
        (FOLDER / f"weights_{language}.bin").write_bytes(data)
        print(f"{language}: {sum(map(len, sets.values()))} sentences, {len(data)} bytes")


if __name__ == "__main__":
    main()
