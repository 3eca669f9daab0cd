"""Every style as data: what it must have, and that each row and numeral can be read."""

from __future__ import annotations

import pytest

from nemomusic.engine.composition.lexicon import INSTRUMENTS
from nemomusic.engine.composition.parts.arrangement import families
from nemomusic.engine.composition.planning.harmony import Key
from nemomusic.engine.composition.planning.patterns import SIGNATURES, strokes
from nemomusic.engine.composition.style_presets import STYLES
from nemomusic.engine.synthesis.drums import DRUMS
from nemomusic.engine.synthesis.patches import PATCHES

NAMES = list(STYLES)
SIGNS = {"comp": "Xxos", "bass": "r5378acw", "arp": "012345"}


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("mode", ["major", "minor"])
def test_a_style_has_chords_enough_and_all_can_be_read(name, mode):
    style = STYLES[name]
    rows = getattr(style, mode)
    assert len(set(rows.loops)) >= 8
    assert len(set(rows.vamps)) >= 3
    assert len(set(rows.cadences)) >= 3
    key = Key(0, style.scales[mode == "minor"])
    for row in (*rows.loops, *rows.vamps, *rows.cadences, *rows.finals):
        for bar in row.split():
            for numeral in bar.split("_"):
                if numeral != "-":
                    assert key.chord(numeral, style.chord_color).name
    assert all(len(row.split()) in {4, 8} for row in rows.loops)
    assert all(len(row.split()) == 2 for row in rows.vamps)


@pytest.mark.parametrize("name", NAMES)
def test_every_row_is_one_bar_of_known_signs(name):
    style = STYLES[name]
    signature = SIGNATURES[style.signature]
    rows = [("comp", row) for row in style.tune.rhythms]
    for layer in style.layers:
        rows += [(layer.role, row) for row in (*layer.patterns, *layer.full)]
    for role, row in rows:
        assert len(row) == signature.bar_steps, (role, row)
        assert {one.sign for one in strokes(row, signature.steps)} <= set(SIGNS[role])
    for groove in style.grooves:
        for row in (*groove.rows.values(), *groove.lift.values()):
            assert len(row) == signature.bar_steps, row
            assert set(row) <= set("Xxog.")
        assert set(groove.light) <= groove.rows.keys()
    assert all(len(row) <= signature.bar_steps for row in style.tune.pickups)


@pytest.mark.parametrize("name", NAMES)
def test_a_style_has_its_own_players_that_exist(name):
    style = STYLES[name]
    assert {layer.patch for layer in style.layers} <= PATCHES.keys()
    assert set(families(style)) <= INSTRUMENTS.keys()
    assert style.accent_notes in PATCHES
    drums = {drum for groove in style.grooves for drum in (*groove.rows, *groove.lift)}
    assert drums | {*style.fill, *style.crash} <= DRUMS.keys()
    straight = [groove for groove in style.grooves if not groove.sections]
    assert not style.grooves or len(straight) >= 3
    assert sum(layer.role == "melody" for layer in style.layers) == 1
    # Two arrangements of the same style need not have the same players.
    assert sum(layer.chance < 1 for layer in style.layers) >= 2


def test_no_two_styles_share_their_material():
    def material(style):
        loops = {*style.major.loops, *style.minor.loops}
        return (
            loops | set(style.tune.rhythms) | {row for one in style.layers for row in one.patterns}
        )

    for one in STYLES.values():
        for other in STYLES.values():
            if one is not other:
                shared = material(one) & material(other)
                assert len(shared) < 0.5 * len(material(one)), (one.name, other.name)


@pytest.mark.parametrize(
    ("numeral", "mode", "name"),
    [
        ("V7/ii", "major", "A7"),
        ("bVI", "major", "A♭"),
        ("iiø", "minor", "Dm7♭5"),
        ("I/3", "major", "C/E"),
        ("VI", "minor", "A♭"),
        ("bII7", "major", "D♭7"),
        ("viio7/V", "major", "F♯o7"),
        ("V7b9", "minor", "G7b9"),
    ],
)
def test_numerals_mean_what_musicians_mean(numeral, mode, name):
    assert Key(0, mode).chord(numeral).name == name


@pytest.mark.parametrize("numeral", ["H7", "", "Imaj99", "VIII", "i/x"])
def test_a_numeral_that_is_none_is_refused(numeral):
    with pytest.raises(ValueError, match="chord"):
        Key(0, "major").chord(numeral)
