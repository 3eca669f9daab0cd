"""Place music on the timeline: lay pieces under the video, and set when they play."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import attrs

from nemomusic.local.agent.edits import timeline
from nemomusic.local.agent.intents.brief_changes import mode_of, pitch_class
from nemomusic.local.agent.intents.message_intents import GoBack, MusicSpan
from nemomusic.local.storage.drafts import MUSIC_VOLUME, OWN_KEY

if TYPE_CHECKING:
    from nemomusic.engine.types import Brief, ScoreSummary
    from nemomusic.local.agent.edits.scoring import ComposedPiece, ScoringService, Span
    from nemomusic.local.agent.edits.workspace import Memory, Workspace
    from nemomusic.local.agent.replies.reply_catalog import ReplyCatalog


class MusicPlacement:
    """Places the music on the timeline of one session."""

    def __init__(
        self, work: Workspace, words: ReplyCatalog, said: list[str], scoring: ScoringService
    ) -> None:
        self._work = work
        self._words = words
        self._scoring = scoring
        self.said = said

    def span(self) -> Span:
        """Return the seconds of the video between which the music plays."""
        start, end = self._work.memory.get("span") or (None, None)
        return start, end

    def start(self, words: str, seed: int) -> str:
        """Report that the composer begins. Return the id of the call."""
        return self._work.start_tool("compose_music", {"prompt": words, OWN_KEY: {"seed": seed}})

    def lay(
        self,
        call: str,
        piece: ComposedPiece,
        facts: Memory,
        *,
        new: bool = False,
        offer: int | None = None,
        name: str | None = None,
    ) -> bool:
        """Lay a piece under the video, and report it in the stream.

        Args:
            call: The id of the call that composed it.
            piece: The piece.
            facts: The facts that the memory keeps with it.
            new: Whether it is a new piece, not a change of another one.
            offer: The number of the offer that it belongs to, if several were asked for at once.
            name: The name that it keeps, or None for the name of its mood and style.
        """
        name = name or self._name(piece.summary, new=new)
        entry = {"name": name, "new": new, "offer": offer}
        done = self._scoring.place(piece, entry, facts=facts)
        url = self._work.service.asset_url(piece.asset)
        response: dict[str, Any] = {"status": "success", "name": piece.asset.name, "url": url}
        delta = {
            "draft": self._work.draft,
            "generated_media": [{"type": "audio", "url": url}],
        }
        self._work.finish_tool(call, "compose_music", response, delta, summary=piece.summary)
        return done

    def _name(self, summary: ScoreSummary, *, new: bool) -> str:
        """Return the name of a piece: that of the present one, if it only changes its notes."""
        playing, music = self._work.composed(), timeline.music(self._work.draft)
        if not new and playing is not None and music is not None:
            same = (playing[1].title, playing[1].style) == (summary.title, summary.style)
            if same:
                return str(music["m"]["name"])
        return self._words.title(summary.title, summary.style)

    def playing_name(self) -> str | None:
        """Return the name of the music on the timeline, or None."""
        music = timeline.music(self._work.draft)
        return None if music is None else str(music["m"]["name"])

    # When the music plays, and for how long

    async def set_span(self, intent: MusicSpan) -> bool:
        """Let the music play between two times of the video."""
        draft = self._work.draft
        music = timeline.music(draft)
        if music is None:
            self.said.append(self._words.say("no_music"))
            return False
        total = timeline.shown_seconds(draft)
        start, end = self.span()
        start = intent.start if intent.start is not None else start
        end = intent.end if intent.end is not None else end
        if intent == MusicSpan(None, None):
            start, end = None, None
        start = start or None
        end = None if end is None or end >= total else end
        if (start or 0.0) >= (total if end is None else end) - 0.5:
            self.said.append(self._words.say("no_time", seconds=self._words.seconds(total)))
            return False
        told = self._words.span(start, end)
        if self._work.composed() is None:
            done = self._move_song(start, end)
        else:
            done = await self.fit("refit_span", span=(start, end))
            if done:
                self.said.pop()
        self.said.append(told if done else self._words.say("already", what=told))
        return done

    def _move_song(self, start: float | None, end: float | None) -> bool:
        def change(draft: timeline.Draft, memory: Memory) -> bool:
            music = timeline.music(draft)
            if music is None:
                return False
            asset = self._work.service.store.known_asset(music["m"]["asset"])
            first = round((start or 0.0) * 1000)
            last = draft["d"] if end is None else round(end * 1000)
            music |= {"s": first, "d": min(last - first, round(asset.duration * 1000))}
            memory["span"] = [start, end]
            return True

        return self._work.edit("move_music", {"start": start, "end": end}, change)

    async def fit(self, key: str, *, span: Span | None = None) -> bool:
        """Compose the music again, from the same wishes, for the video as it is now."""
        memory = self._work.memory
        if not memory.get("brief") or memory.get("seed") is None:
            return False
        start, end = self.span() if span is None else span
        total = timeline.shown_seconds(self._work.draft)
        if start is not None and start >= total - 0.5:
            start = None
        if end is not None and end >= total:
            end = None
        brief: Brief = memory["brief"]
        seed = int(memory["seed"])
        playing = self._work.composed()
        if playing is not None:  # the same piece, even if the picture suggests another style
            brief = attrs.evolve(brief, style=playing[1].style)
        analysis = await self._scoring.analyze((start, end))
        call = self.start("", seed)
        piece = await self._scoring.compose(analysis, brief, seed, start=start or 0.0)
        if playing is not None and piece.summary.key != playing[1].key:
            self._scoring.discard(piece)
            tonic, mode = pitch_class(playing[1].key), mode_of(playing[1].key)
            brief = attrs.evolve(brief, tonic=tonic, mode=mode)
            piece = await self._scoring.compose(analysis, brief, seed, start=start or 0.0)
        name = None if playing is None else self.playing_name()  # it is the same piece
        done = self.lay(call, piece, {"span": [start, end]}, name=name)
        if done:
            self.said.append(self._words.music(key, piece.summary))
        return done

    def covers(self) -> bool:
        """Return whether the music that is composed fits the video as it is now."""
        playing, draft = self._work.composed(), self._work.draft
        music = timeline.music(draft)
        if playing is None or music is None:
            return True
        start, end = self.span()
        last = draft["d"] if end is None else min(draft["d"], round(end * 1000))
        length = round(playing[1].duration * 1000)
        first = round((start or 0.0) * 1000)
        return bool(music["s"] == first and first + length == last)

    # Earlier pieces

    async def bring_back(self, intent: GoBack) -> bool:
        """Let the music play again that was removed or muted, or an earlier piece."""
        music = timeline.music(self._work.draft)
        gone = "removed" in self._work.memory if music is None else not music["vol"]
        if intent != GoBack() or not gone:
            return await self.go_back(intent)

        def change(draft: timeline.Draft, kept: Memory) -> bool:
            muted = timeline.music(draft)
            if muted is not None:
                muted["vol"] = kept.get("unmuted") or MUSIC_VOLUME
                return True
            timeline.restore_music(draft, kept["removed"]["segment"])
            kept.update(kept["removed"]["facts"])
            return True

        done = self._work.edit("set_music", {}, change)
        if done and not self.covers():
            await self.fit("refit")
        playing = timeline.music(self._work.draft)
        volume = playing["vol"] if playing is not None else 0.0
        self.said.append(self._words.say("music_back", percent=f"{volume:.0%}"))
        return done

    async def go_back(self, intent: GoBack) -> bool:
        """Lay an earlier piece under the video again."""
        memory = self._work.memory
        pieces: list[dict[str, Any]] = memory.get("pieces", [])
        music = timeline.music(self._work.draft)
        now = music["m"]["asset"] if music else None
        if intent.other:
            away = {now, memory.get("left")}
            others = [one for one in pieces if one["asset"] not in away]
            pieces = others or [one for one in pieces if one["asset"] != now]
        found = self._find(pieces, intent, now)
        place = {} if music is not None else memory.get("place", {})
        if found is None:
            self.said.append(self._words.say("no_such_piece", pieces=self._words.pieces(pieces)))
            return False
        asset = self._work.service.store.known_asset(found["asset"])
        facts = {"brief": found["brief"], "seed": found["seed"], "left": now}

        def change(draft: timeline.Draft, kept: Memory) -> bool:
            start = round((self.span()[0] or 0.0) * 1000)
            length = min(round(asset.duration * 1000), draft["d"] - start)
            url = self._work.service.asset_url(asset)
            segment = timeline.music_segment(
                asset, url, name=found["name"], start=start, duration=length, volume=MUSIC_VOLUME
            )
            timeline.set_music(draft, segment | place)
            kept.update(facts)
            return True

        done = self._work.edit("set_music", {"name": found["name"]}, change)
        if done and not self.covers():
            await self.fit("refit")
        key = "went_back" if done else "already_there"
        self.said.append(self._words.say(key, name=self._words.piece(found)))
        return done

    def _find(
        self, pieces: list[dict[str, Any]], intent: GoBack, now: str | None
    ) -> dict[str, Any] | None:
        """Return the piece that the intent names.

        If there are several, it is the newest that fits the video's length.
        """
        if intent.number is not None:
            numbered = [one for one in pieces if one["new"]]
            offered = [one for one in numbered if one["offer"] == pieces[-1]["offer"] is not None]
            if offered and not intent.original:
                numbered = offered
            place = intent.number - 1 if intent.number > 0 else len(numbered) + intent.number
            return numbered[place] if 0 <= place < len(numbered) else None
        fitting = [
            one
            for one in pieces
            if intent.style in {None, one["style"]} and intent.mood in {None, one["mood"]}
        ]
        fitting = [one for one in fitting if one["asset"] != now] or fitting
        length = timeline.shown_seconds(self._work.draft)
        return max(
            enumerate(fitting),
            key=lambda one: (abs(one[1]["seconds"] - length) < 0.002, one[0]),
            default=(0, None),
        )[1]
