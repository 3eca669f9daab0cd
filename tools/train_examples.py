"""Fit the example model to the labeled sentences, and write its weights.

Run it after a change of `src/nemomusic/local/agent/examples/sentences/*.txt`:

    python tools/train_examples.py
    python tools/train_examples.py --language en
    python tools/train_examples.py --leave-out build9

The second line writes the weights of one language. The third line writes nothing. It fits without
one set, and prints how many of that set's sentences get the right kind first.
"""

from __future__ import annotations

import argparse
from array import array

import numpy as np

from nemomusic.local.agent.examples.example_model import (
    FOLDER,
    MOST,
    ExampleModel,
    Language,
    to_bytes,
)
from nemomusic.local.agent.examples.intent_kinds import kind_of_label
from nemomusic.local.agent.examples.labeled_sentences import LabeledSentence, digest, read
from nemomusic.local.agent.examples.sentence_features import RULE, features, slot

SLOTS = 16384
"""Number of slots that the features are hashed to."""
RIDGE = 0.3
"""Weight of the penalty on large weights, found by cross-validation."""
RULE_WEIGHT = 2.0
"""Factor on the rarity of a feature that stands for a pattern of the rules."""
LEAST = {"en": 3, "zh": 2}
"""Number of sentences that a feature must be in. A feature of fewer sentences says little."""
CLIPPED = 0.0005
"""Share of the weights that are cut off at the largest whole number. Without it, a few large
weights leave only three or four steps for all others."""
RARITY_UNIT = 12.0
"""Units of a rarity of 1: the file keeps it as a whole number up to 255."""


def kinds_asked(sentence: LabeledSentence) -> frozenset[str]:
    """Return the kinds of intents of a sentence."""
    return frozenset(map(kind_of_label, sentence.asks))


def fit(sentences: list[LabeledSentence], language: Language, sum_of: str = "") -> ExampleModel:
    """Return the ridge regression of the kinds, 1 and -1, on the features."""
    found = [features(one.text, has_music=one.has_music) for one in sentences]
    seen: dict[str, int] = {}
    for one in found:
        for name in one:
            seen[name] = seen.get(name, 0) + 1
    rules = {slot(name, SLOTS) for name in seen if name.startswith(RULE)}
    rows = [
        sorted({slot(name, SLOTS) for name in one if seen[name] >= LEAST[language]})
        for one in found
    ]
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
    scale = float(np.quantile(np.abs(weights), 1 - CLIPPED) / MOST)
    return ExampleModel(
        tuple(kinds),
        tuple(map(float, base)),
        array("B", units.astype(np.uint8).tobytes()),
        (np.clip(np.round(weights / scale), -MOST, MOST) + MOST + 1).astype(np.uint8).tobytes(),
        scale,
        sum_of,
    )


def main() -> None:
    """Write the weights of both languages, or try the model on a set that was left out."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--leave-out", metavar="SET", help="the set's name, such as build9")
    parser.add_argument("--language", choices=("en", "zh"), help="the only language to fit")
    asked = parser.parse_args()
    languages: tuple[Language, ...] = (asked.language,) if asked.language else ("en", "zh")
    for language in languages:
        sets = read(language)
        if asked.leave_out:
            name = f"{asked.leave_out}_{language}"
            known = [one for other, all_ in sets.items() if other != name for one in all_]
            model = fit(known, language)
            right = 0
            for one in sets[name]:
                scores = model.scores(one.text, has_music=one.has_music)
                right += max(scores, key=scores.__getitem__) in kinds_asked(one)
            print(f"{name}: {right} of {len(sets[name])} get the right kind first")
            continue
        model = fit([one for all_ in sets.values() for one in all_], language, digest(language))
        data = to_bytes(model)
        (FOLDER / f"weights_{language}.bin").write_bytes(data)
        print(f"{language}: {sum(map(len, sets.values()))} sentences, {len(data)} bytes")


if __name__ == "__main__":
    main()
