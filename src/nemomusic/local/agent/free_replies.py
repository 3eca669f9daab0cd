"""Give the replies that cost nothing: to questions about the project, and to remarks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nemomusic.local.agent.edits import timeline
from nemomusic.local.agent.intents.brief_changes import levels_of
from nemomusic.local.agent.intents.intent_memory import from_memory
from nemomusic.local.agent.parsing.words.elliptical_words import CAN_WRITE, WHY
from nemomusic.local.agent.parsing.words.music.named_music import named_style
from nemomusic.local.agent.pending_question import PendingQuestion
from nemomusic.local.agent.proposals import proposal
from nemomusic.local.storage.drafts import VIDEO

if TYPE_CHECKING:
    from nemomusic.local.agent.edits.workspace import Workspace
    from nemomusic.local.agent.intents.message_intents import Question, Talk, Topic
    from nemomusic.local.agent.replies.reply_catalog import ReplyCatalog

_OF_MUSIC: tuple[Topic, ...] = ("key", "tempo", "style", "instruments", "cuts")


class FreeReplies:
    """Replies about one session, in one language."""

    def __init__(self, work: Workspace, words: ReplyCatalog) -> None:
        self._work = work
        self._words = words

    def question(self, question: Question) -> str:
        """Answer a question."""
        words, topic = self._words, question.topic
        if topic in _OF_MUSIC:
            return self._about_music(topic)
        if topic == "state":
            return self.state()
        if topic == "length":
            return self._length()
        if topic == "cost":
            return words.join([self._waiting() or self._spent(), self._prices()])
        if topic == "last_change":
            return self._last_change()
        if topic == "volume":
            return self._volumes()
        if topic == "credits":
            user = self._work.service.store.user(self._work.ids[1])
            available, frozen = (user.available, user.frozen) if user else (0, 0)
            return words.say("credits", available=available, frozen=frozen)
        if topic == "versions":
            pieces = self._work.memory.get("pieces", [])
            if not pieces:
                return words.say("no_pieces")
            return words.say("versions", pieces=words.pieces(pieces))
        return words.say("help")

    def _last_change(self) -> str:
        """Return what the last message changed."""
        words, last = self._words, from_memory(self._work.memory.get("last"))
        if not last:
            return words.say("no_last_change")
        what = words.names([proposal(one, words) for one in last])
        return words.say("last_change", what=what)

    def _waiting(self) -> str | None:
        """Return the price of what the agent asked about, if it waits for an answer."""
        waiting = PendingQuestion.from_memory(self._work.memory.get("pending"))
        if waiting is None or not waiting.price:
            return None
        return self._words.say("price_of_yes", credits=waiting.price)

    def _spent(self) -> str:
        spent = self._work.memory.get("spent")
        return self._words.say("cost" if spent else "cost_none", credits=spent or 0)

    def _prices(self) -> str:
        service = self._work.service
        if not service.faithful:
            return self._words.say("prices_none")
        limits = service.limits
        return self._words.say("prices", piece=limits.generate_price, edit=limits.edit_price)

    def _volumes(self) -> str:
        """Return sentences about the volumes of the music and of the clips' own sound."""
        words, draft = self._words, self._work.draft
        music = timeline.music(draft)
        said = [words.say("no_music")]
        if music is not None:
            said = [words.say("music_at", percent=f"{round(100 * music['vol'])}%")]
        own = {round(100 * one.get("vol", 1.0)) for one in timeline.segments(draft, VIDEO)}
        heard = any(getattr(clip.info, "has_audio", False) for clip in self._work.clips)
        if heard and len(own) == 1:
            said.append(words.say("own_at", percent=f"{own.pop()}%"))
        return words.join(said)

    def talk(self, talk: Talk, text: str) -> str:
        """Answer a remark.

        Args:
            talk: The remark.
            text: The message.
        """
        if talk.kind == "opinion" and WHY.match(text):
            return self._words.say("talk_why")
        if talk.kind == "opinion" and CAN_WRITE.match(text) and (style := named_style(text)):
            return self._words.say("talk_can", style=self._words.style(style))
        if talk.kind == "hello" and self._work.clips:
            return self._words.say("talk_hello_clip")
        return self._words.say(f"talk_{talk.kind}")

    def state(self) -> str:
        """Return sentences about the timeline and the music."""
        draft = self._work.draft
        if not draft["t"]:
            return self._words.say("describe_empty")
        summary = timeline.summary(draft, chinese=self._words.chinese)
        said = [f"{summary}{'。' if self._words.chinese else '.'}"]
        playing = self._work.composed()
        if playing is not None:
            music = timeline.music(draft)
            name = None if music is None else str(music["m"]["name"])
            said.append(self._words.music("plays", playing[1], name))
        return self._words.join(said)

    def _about_music(self, topic: Topic) -> str:
        words, playing = self._words, self._work.composed()
        if playing is None:
            music = timeline.music(self._work.draft)
            key = "no_music" if music is None else "not_analyzed"
            return words.say(key, name="" if music is None else music["m"]["name"])
        summary = playing[1]
        if topic == "instruments":
            return words.say("instruments", names=words.parts(list(levels_of(summary))))
        if topic == "cuts":
            return words.hits(summary)
        return words.say(
            f"is_{topic}",
            key=words.key(summary.key),
            bpm=f"{summary.bpm:g}",
            style=words.style(summary.style),
            title=words.title(summary.title, summary.style),
        )

    def _length(self) -> str:
        words, draft = self._words, self._work.draft
        seconds = words.seconds(timeline.shown_seconds(draft))
        music = timeline.music(draft)
        if music is None:
            return words.say("is_length", seconds=seconds)
        plays = words.seconds(music["d"] / 1000)
        return words.say("are_lengths", seconds=seconds, music=plays)
