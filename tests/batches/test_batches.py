"""Many clips: outcomes, resuming, budgets, pauses. Against the stub backend, over real sockets."""

from __future__ import annotations

import asyncio
import contextlib
import sqlite3

import attrs
import pytest

from nemomusic import Client, Order, Source, errors, sync
from nemomusic.batches import output_names
from nemomusic.cli.terminal.exit_codes import explain
from nemomusic.local import Limits, LocalOptions
from nemomusic.settings import Settings
from nemomusic.testing import FakeClock, Faults, StubBackend
from support.fast import fast
from support.rows import quick_rows

PROMPT = "warm lo-fi that follows the cuts"


@pytest.fixture
def clock():
    return FakeClock()


@pytest.fixture
def clips(tmp_path):
    """Make so many clips."""

    def make(count):
        folder = tmp_path / "clips"
        folder.mkdir(exist_ok=True)
        made = []
        for number in range(count):
            clip = folder / f"{number}.mp4"
            clip.write_bytes(b"\0\0\0\x18ftypmp42" + f"{number:04}".encode() * 50)
            made.append(clip)
        return made

    return make


def client_of(backend, token, journal):
    settings = Settings(api_url=backend.url, web_url=backend.url, client_id="one", token_file=None)
    return Client(token, settings=settings, journal=journal, clock=backend.clock)


def orders_of(clips, prompt=PROMPT):
    return [Order(source=clip, prompt=prompt) for clip in clips]


async def collect(run):
    return {outcome.number: outcome async for outcome in run}


@contextlib.asynccontextmanager
async def place(clock, tmp_path, *, balance=100_000, journal="jobs.sqlite", faithful=True):
    async with StubBackend(clock=clock, faithful=faithful) as backend:
        token = backend.issue_token(credits=balance)
        path = None if journal is None else tmp_path / journal
        async with client_of(backend, token, path) as client:
            yield backend, client, lambda: client_of(backend, token, path)


@pytest.mark.parametrize("journal", ["jobs.sqlite", None])
def test_a_bad_order_stops_no_other(clock, clips, tmp_path, journal):
    @fast
    async def test(clock):
        async with place(clock, tmp_path, journal=journal) as (backend, client, _):
            orders = orders_of(clips(4))
            orders[1] = Order(source=tmp_path / "none.mp4", prompt=PROMPT)
            orders += [Order(source=clips(1)[0], prompt=" ", output="blank.mp4")]
            orders += [Order(source=clips(1)[0], output="../outside.mp4")]
            orders += [Order(source="https://example.com/a.mp4")]
            orders += [Order(source=clips(1)[0], output="a" * 300 + ".mp4")]
            orders += [Order(source="a" * 300 + ".mp4")]
            found = await collect(client.batches.run(orders, folder=tmp_path / "out"))
            assert sorted(found) == [1, 2, 3, 4, 5, 6, 7, 8, 9]
            kinds = {number: type(found[number].error) for number in (2, 5, 6, 7, 8, 9)}
            assert kinds == {
                2: errors.SourceError,
                5: errors.PromptError,
                6: errors.OutputError,
                7: errors.OutputError,
                8: errors.OutputError,
                9: errors.SourceError,
            }
            for number in (1, 3, 4):
                outcome = found[number]
                assert outcome.state == "done"
                assert outcome.ok
                assert outcome.path == tmp_path / "out" / f"{number - 1}-with-music.mp4"
                assert outcome.video.path.read_bytes()[4:8] == b"ftyp"
                assert (await client.jobs.get(outcome.job_id)).state == "done"
            assert backend.ledger.accepted == 3
            assert len(backend.ledger.messages) == 3  # a session for each
            assert not (tmp_path / "outside.mp4").exists()

    test(clock=clock)


@fast
async def test_two_orders_with_one_output_are_bad_and_the_others_good(clock, clips, tmp_path):
    async with place(clock, tmp_path) as (backend, client, _):
        one, two, three = clips(3)
        orders = [
            Order(source=one, output="same.mp4"),
            Order(source=two, output="./x/../same.mp4"),
            Order(source=three),
        ]
        found = await collect(client.batches.run(orders, folder=tmp_path / "out"))
        assert [type(found[n].error) for n in (1, 2)] == [errors.DuplicateOutputError] * 2
        assert found[3].ok
        assert backend.ledger.accepted == 1


async def broken():
    yield b"\0\0\0\x18ftypmp42"
    raise KeyError("storage")


class BadPath:
    def __fspath__(self):
        raise KeyError("boom")


# what is wrong with an order, its error, words of it
BAD_ORDERS = {
    "a number as output": ({"output": 5}, errors.OutputError, "output is a path, not int"),
    "half a character": ({"output": "\ud800.mp4"}, errors.OutputError, "can't be an output"),
    "a home folder": ({"output": "~/x.mp4"}, errors.OutputError, "~, which is not expanded"),
    "a number as language": (
        {"language": 5, "output": "l.mp4"},
        errors.InputError,
        "language is a code",
    ),
    "a name of half a character": (
        {"name": "\ud800", "output": "n.mp4"},
        errors.InputError,
        "half of a character",
    ),
    "a broken path": ({"source": BadPath(), "output": "x.mp4"}, errors.JobError, "with KeyError"),
    "a source that raises": (
        {"output": "y.mp4"},
        errors.JobError,
        "the order failed with KeyError",
    ),
}


@pytest.mark.parametrize("journal", ["jobs.sqlite", None])
def test_orders_that_make_no_sense_stop_no_other(clock, clips, tmp_path, journal, caplog):
    @fast
    async def test(clock):
        async with place(clock, tmp_path, journal=journal) as (backend, client, _):
            first, second, last = clips(3)
            bad = [attrs.evolve(Order(source=second), **wrong) for wrong, *_ in BAD_ORDERS.values()]
            bad[-1] = attrs.evolve(bad[-1], source=Source(broken(), name="x.mp4"))
            orders = [Order(source=first), *bad, Order(source=last)]
            found = await collect(client.batches.run(orders, folder=tmp_path / "out"))
            assert found[1].ok
            assert found[len(orders)].ok
            for number, (name, (_, kind, words)) in enumerate(BAD_ORDERS.items(), 2):
                assert type(found[number].error) is kind, name
                assert words in found[number].error.message, name
                assert found[number].error.remedy, name
            assert isinstance(found[len(orders) - 1].error.__cause__, KeyError)
            assert backend.ledger.accepted == 2
            assert [str(job.state) for job in await client.jobs.list()].count("damaged") == 0

    test(clock=clock)


@fast
async def test_no_output_replaces_the_source_of_another_order(clock, clips, tmp_path):
    async with place(clock, tmp_path) as (backend, client, _):
        first, second = clips(2)
        before = second.read_bytes()
        orders = [Order(source=first, output=second), Order(source=second, output=first)]
        orders.append(Order(source=[first, second], output=tmp_path / "both.mp4"))
        found = await collect(client.batches.run(orders, overwrite=True))
        assert f"is the source of the order of {second}" in found[1].error.message
        assert f"is the source of the order of {first}" in found[2].error.message
        assert found[3].ok
        assert second.read_bytes() == before
        assert backend.ledger.accepted == 1


@pytest.mark.parametrize("journal", ["jobs.sqlite", None])
def test_two_runs_of_one_batch_at_one_moment_send_each_message_once(
    clock, clips, tmp_path, journal
):
    @fast
    async def test(clock):
        async with place(clock, tmp_path, journal=journal) as (backend, client, again):
            orders = orders_of(clips(3))
            async with again() as other:
                runs = await asyncio.gather(
                    collect(client.batches.run(orders, folder=tmp_path / "out")),
                    collect(client.batches.run(orders, folder=tmp_path / "out")),
                    collect(other.batches.run(orders, folder=tmp_path / "out")),
                )
            assert [outcome.error for run in runs for outcome in run.values()] == [None] * 9
            assert backend.ledger.accepted == 3

    test(clock=clock)


WRONG_CALLS = {
    "one order": lambda batches: batches.run(Order(source="a.mp4")),
    "None": lambda batches: batches.run(None),
    "paths": lambda batches: batches.run(["a.mp4"]),
    "concurrency as text": lambda batches: batches.run([], concurrency="4"),
    "half an order at once": lambda batches: batches.run([], concurrency=2.5),
    "credits as text": lambda batches: batches.run([], max_credits="100"),
    "an unknown redo": lambda batches: batches.run([], redo=["bogus"]),
    "redo as text": lambda batches: batches.run([], redo="failed"),
    "a number as folder": lambda batches: batches.run([], folder=5),
    "a home folder": lambda batches: batches.run([], folder="~/none/out"),
    "text as a callback": lambda batches: batches.run([], on_progress="print"),
}


@pytest.mark.parametrize("what", WRONG_CALLS)
def test_a_call_that_makes_no_sense_is_refused_at_once(what):
    blocking = sync.Client("nmv_usr_x")
    try:
        for batches in (Client("nmv_usr_x").batches, blocking.batches):
            with pytest.raises(errors.InputError) as caught:
                WRONG_CALLS[what](batches)
            assert caught.value.remedy
    finally:
        blocking.close()


@fast
async def test_a_wait_that_times_out_does_not_end_a_batch_silently(clock, clips, tmp_path):
    async with place(clock, tmp_path) as (backend, client, _):
        backend.scripted_engine.working.clear()
        run = client.batches.run(orders_of(clips(2)), folder=tmp_path / "out")
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(anext(run), 1)
        with pytest.raises(errors.ConfigurationError, match="was canceled"):
            await anext(run)
        with pytest.raises(StopAsyncIteration):
            await anext(run)
        backend.scripted_engine.working.set()


@fast
async def test_no_order_shows_the_credits_of_others(clock, clips, tmp_path):
    async with place(clock, tmp_path) as (_, client, _):
        run = client.batches.run(orders_of(clips(8)), folder=tmp_path / "out", concurrency=4)
        found = await collect(run)
        costs = [outcome.video.credits for outcome in found.values()]
        assert set(costs) <= {None, 100}, costs


@fast
async def test_a_plan_makes_nothing(clock, clips, tmp_path):
    async with place(clock, tmp_path, journal=None) as (backend, client, _):
        (tmp_path / "file").write_text("")
        one, two, three = clips(3)
        orders = [
            Order(source=one, output="new/deep/1.mp4"),
            Order(source=two, output=tmp_path / "file" / "2.mp4"),
            Order(source=three, output="new/" + "a" * 250 + ".mp4"),
            Order(source=three, output="new/3.wav"),
        ]
        before = sorted(tmp_path.iterdir())
        plan = await client.batches.plan(orders, folder=tmp_path)
        assert [one.state for one in plan] == ["new", "bad", "bad", "bad"]
        assert {type(one.error) for one in plan[1:]} == {errors.OutputError}
        assert sorted(tmp_path.iterdir()) == before
        assert not backend.ledger.uploads


@fast
async def test_outputs_that_differ_only_in_case(clock, clips, tmp_path, monkeypatch):
    async with place(clock, tmp_path) as (backend, client, _):
        one, two, three = clips(3)
        outputs = ["Caf\u00e9.mp4", "cafe\u0301.mp4", "other.mp4"]
        orders = [
            Order(source=clip, output=name)
            for clip, name in zip((one, two, three), outputs, strict=True)
        ]

        async def coming():
            for order in orders:
                yield order

        monkeypatch.setattr(output_names, "ignores_case", lambda folder: folder.name == "out")
        plan = await client.batches.plan(orders, folder=tmp_path / "out")
        assert [one.state for one in plan] == ["bad", "bad", "new"]
        assert "only in case" in plan[0].error.message
        found = await collect(client.batches.run(coming(), folder=tmp_path / "out"))
        assert [type(found[n].error) for n in (1, 2, 3)] == [
            type(None),
            errors.DuplicateOutputError,
            type(None),
        ]
        assert backend.ledger.accepted == 2
        monkeypatch.setattr(output_names, "ignores_case", lambda _: False)
        plan = await client.batches.plan(orders, folder=tmp_path / "elsewhere")
        assert [one.state for one in plan] == ["new"] * 3


@fast
async def test_the_same_call_keeps_what_is_finished(clock, clips, tmp_path):
    async with place(clock, tmp_path) as (backend, client, again):
        orders = orders_of(clips(3))
        out = tmp_path / "out"
        first = await collect(client.batches.run(orders, folder=out))
        sent = backend.faults.requests.copy()
        async with again() as other:
            plan = await other.batches.plan(orders, folder=out)
            assert [one.state for one in plan] == ["kept"] * 3
            second = await collect(other.batches.run(orders, folder=out))
            assert [second[n].state for n in (1, 2, 3)] == ["kept"] * 3
            assert second[1].job_id == first[1].job_id
            assert second[1].video.reply.changes.added_audio
            assert backend.faults.requests == sent
            # A source that is gone doesn't matter any more.
            orders[0].source.unlink()
            third = await collect(other.batches.run(orders, folder=out))
            assert third[1].state == "kept"
            # A result that went is fetched again, and no message is sent.
            first[2].path.unlink()
            fourth = await collect(other.batches.run(orders, folder=out))
            assert fourth[2].state == "done"
            assert fourth[2].path.read_bytes() == second[2].path.read_bytes()
            # One of the same length that is another is not taken for it.
            content = bytearray(first[3].path.read_bytes())
            content[-1] ^= 1
            first[3].path.write_bytes(content)
            fifth = await collect(other.batches.run(orders, folder=out))
            assert type(fifth[3].error) is errors.OutputExistsError
            assert first[3].path.read_bytes() == content
            sixth = await collect(other.batches.run(orders, folder=out, overwrite=True))
            assert sixth[3].state == "done"
            assert first[3].path.read_bytes() != content
        assert backend.ledger.accepted == 3


@fast
async def test_changed_orders_are_done_again_only_when_asked(clock, clips, tmp_path):
    async with place(clock, tmp_path) as (backend, client, _):
        orders = orders_of(clips(3))
        out = tmp_path / "out"
        await collect(client.batches.run(orders, folder=out))
        orders[0].source.write_bytes(b"\0\0\0\x18ftypmp42" + b"another content" * 9)
        changed = [orders[0], Order(source=orders[1].source, prompt="fast techno"), orders[2]]
        found = await collect(client.batches.run(changed, folder=out))
        assert [type(found[n].error) for n in (1, 2)] == [errors.OrderChangedError] * 2
        assert found[3].state == "kept"
        assert backend.ledger.accepted == 3
        found = await collect(client.batches.run(changed, folder=out, redo=["changed"]))
        assert [found[n].state for n in (1, 2, 3)] == ["done", "done", "kept"]
        assert backend.ledger.accepted == 5
        found = await collect(client.batches.run(changed, folder=out))
        assert [found[n].state for n in (1, 2, 3)] == ["kept"] * 3
        run = client.batches.run(changed[:1], folder=out)
        assert [path.name for path in await run.gone()] == [
            "1-with-music.mp4",
            "2-with-music.mp4",
        ]
        (out / "1-with-music.mp4").unlink()
        assert [path.name for path in await run.gone()] == ["2-with-music.mp4"]


@fast
async def test_failed_orders_are_done_again_only_when_asked(clock, clips, tmp_path):
    async with place(clock, tmp_path) as (backend, client, _):
        backend.faults.add("stream", Faults.agent_error(), times=1)
        orders, out = orders_of(clips(1)), tmp_path / "out"
        found = await collect(client.batches.run(orders, folder=out))
        assert type(found[1].error) is errors.AgentError
        accepted = backend.ledger.accepted
        found = await collect(client.batches.run(orders, folder=out))
        assert "has failed: " in found[1].error.message
        assert "The message was accepted" in found[1].error.remedy  # that of the first time
        assert "again" in found[1].error.remedy
        assert backend.ledger.accepted == accepted
        found = await collect(client.batches.run(orders, folder=out, redo=["failed"]))
        assert found[1].state == "done"
        assert backend.ledger.accepted == accepted + 1


@fast
async def test_an_order_that_sent_no_message_is_done_again_without_being_asked(
    clock, clips, tmp_path
):
    async with place(clock, tmp_path) as (backend, client, _):
        (clip,), out = clips(1), tmp_path / "out"
        orders = [Order(source=clip, prompt=PROMPT), Order(source=clip, prompt="x", output="y.mp4")]
        backend.faults.add("upload", Faults.code(4001), times=1)
        found = await collect(client.batches.run(orders[:1], folder=out))
        refused = found[1].error
        assert type(refused) is errors.UnsupportedFileTypeError
        backend.faults.add("upload", Faults.code(4001), times=1)
        found = await collect(client.batches.run(orders[:1], folder=out))
        assert (found[1].error.message, found[1].error.remedy) == (refused.message, refused.remedy)
        clip.write_bytes(clip.read_bytes() + b"better")
        found = await collect(client.batches.run(orders[:1], folder=out))
        assert found[1].state == "done"
        # A paid answer without music is repeated in the agent's words, and not sent again.
        first = (await collect(client.batches.run(orders[1:], folder=out)))[1].error
        again = (await collect(client.batches.run(orders[1:], folder=out)))[1].error
        assert first.reply.text in again.remedy
        assert again.session_id == first.session_id
        for _ in range(2):  # an error of a batch is explained twice
            remedy = explain(again, chat="nemomusic chat").remedy
        assert remedy.count(f"nemomusic chat --session {first.session_id}") == 1
        assert backend.ledger.accepted == 2


@fast
async def test_it_pauses_when_the_credits_are_used_up(clock, clips, tmp_path):
    async with place(clock, tmp_path, balance=500) as (backend, client, _):
        orders, out = orders_of(clips(20)), tmp_path / "out"
        done = []
        with pytest.raises(errors.BatchPausedError) as caught:
            async for outcome in client.batches.run(orders, folder=out, concurrency=3):
                done.append(outcome)
        assert isinstance(caught.value.__cause__, errors.OutOfCreditsError)
        assert [outcome.state for outcome in done] == ["done"] * 5
        assert caught.value.left == 15
        assert backend.ledger.credits_spent == 500
        assert backend.faults.requests["stream"] <= 5 + 3  # and not 20


@pytest.mark.parametrize("concurrency", quick_rows({4}, [1, 4]))
@pytest.mark.parametrize(
    ("limit", "paid"), quick_rows({399, 400}, [(100, 1), (350, 3), (399, 3), (400, 4)])
)
def test_a_budget_is_never_overrun(clock, clips, tmp_path, concurrency, limit, paid):
    @fast
    async def test(clock):
        async with place(clock, tmp_path) as (backend, client, _):
            orders, out = orders_of(clips(6)), tmp_path / "out"
            done = []
            with pytest.raises(errors.BatchPausedError) as caught:
                async for outcome in client.batches.run(
                    orders, folder=out, concurrency=concurrency, max_credits=limit
                ):
                    done.append(outcome)
            assert isinstance(caught.value.__cause__, errors.BudgetError)
            assert backend.ledger.credits_spent == 100 * paid
            assert len(done) == paid
            assert caught.value.left == 6 - paid
            # A higher limit goes on; nothing is sent twice.
            run = client.batches.run(orders, folder=out, max_credits=1000)
            found = await collect(run)
            assert sorted(outcome.state for outcome in found.values()) == sorted(
                ["kept"] * paid + ["done"] * (6 - paid)
            )
            assert backend.ledger.accepted == 6

    test(clock=clock)


@fast
async def test_a_free_answer_at_the_start_does_not_lift_a_budget(clock, clips, tmp_path):
    async with place(clock, tmp_path) as (backend, client, _):
        free, *rest = clips(6)
        done, answered = {}, asyncio.Event()

        async def orders():
            yield orders_of([free], "compose two versions of calm piano")[0]
            await answered.wait()
            for order in orders_of(rest):
                yield order

        with pytest.raises(errors.BatchPausedError):
            async for outcome in client.batches.run(
                orders(), folder=tmp_path / "out", max_credits=250
            ):
                done[outcome.number] = outcome
                answered.set()
        assert isinstance(done.pop(1).error, errors.NoMusicAddedError)
        assert len(done) == 2
        assert backend.ledger.credits_spent == 200


@fast
async def test_a_budget_below_one_price_is_said_before_anything_is_sent(clock, clips, tmp_path):
    async with place(clock, tmp_path) as (backend, client, _):
        with pytest.raises(errors.BudgetError, match="below the price"):
            await collect(client.batches.run(orders_of(clips(2)), max_credits=99))
        assert not backend.faults.requests["stream"]
        assert not backend.ledger.uploads
    options = LocalOptions(limits=Limits(generate_price=300))
    backend = StubBackend(clock=clock, faithful=True, options=options)
    async with Client.local(backend=backend, clock=clock) as client:  # a price of its own
        with pytest.raises(errors.BudgetError, match="about 300"):
            await collect(client.batches.run(orders_of(clips(2)), max_credits=299))
    for wrong in ({"concurrency": 0}, {"max_credits": -1}, {"max_credits": float("nan")}):
        with pytest.raises(errors.InputError):
            client.batches.run([], **wrong)


@fast
async def test_429s_slow_the_batch_down_and_lose_nothing(clock, clips, tmp_path):
    async with place(clock, tmp_path) as (backend, client, _):
        backend.faults.add("upload", Faults.rate_limited(retry_after=3), times=6)
        backend.faults.add("state", Faults.rate_limited(retry_after=200), times=2)
        run = client.batches.run(orders_of(clips(12)), folder=tmp_path / "out", concurrency=6)
        found, limits = [], []
        async for outcome in run:
            found.append(outcome)
            limits.append(run.concurrency)
        assert [outcome.state for outcome in found] == ["done"] * 12
        assert min(limits) < 6
        assert limits[-1] > min(limits)
        assert backend.ledger.accepted == 12


@fast
async def test_drained_it_finishes_what_is_under_way(clock, clips, tmp_path):
    async with place(clock, tmp_path) as (backend, client, _):
        orders, out = orders_of(clips(6)), tmp_path / "out"
        run = client.batches.run(orders, folder=out, concurrency=2)
        found = []
        async for outcome in run:
            found.append(outcome)
            run.drain()
        assert 1 <= len(found) <= 3
        assert len(found) + run.left == 6
        assert backend.ledger.accepted == len(found)


@fast
async def test_left_early_its_orders_can_be_resumed(clock, clips, tmp_path):
    async with place(clock, tmp_path) as (backend, client, again):
        orders, out = orders_of(clips(6)), tmp_path / "out"
        async with client.batches.run(orders, folder=out, concurrency=3) as run:
            async for _ in run:
                break
        left = asyncio.all_tasks() - {asyncio.current_task()}
        assert not [task for task in left if "batch" in task.get_name() or "job" in task.get_name()]
        async with again() as other:
            found = await collect(other.batches.run(orders, folder=out))
            assert all(outcome.ok for outcome in found.values())
        assert backend.ledger.accepted == 6
        assert all(len(texts) == 1 for texts in backend.ledger.messages.values())


@fast
async def test_orders_may_come_as_they_turn_up(clock, clips, tmp_path):
    async with place(clock, tmp_path) as (backend, client, _):
        made = clips(3)
        closed = []

        async def coming():
            try:
                for clip in [*made, made[0]]:
                    yield Order(source=clip)
                    await asyncio.sleep(5)
                await asyncio.Event().wait()
            finally:
                closed.append(True)

        run = client.batches.run(coming(), folder=tmp_path / "out")
        found = []
        async for outcome in run:
            found.append(outcome)
            if len(found) == 4:
                run.drain()
        failed = [outcome.error for outcome in found if outcome.error is not None]
        assert [type(error) for error in failed] == [errors.DuplicateOutputError]
        assert closed == [True]
        assert backend.ledger.accepted == 3


@fast
async def test_orders_under_way_are_finished_when_no_more_can_be_read(clock, clips, tmp_path):
    async with place(clock, tmp_path) as (backend, client, _):
        first, second = clips(2)
        backend.scripted_engine.working.clear()

        async def coming():
            yield Order(source=first)
            yield Order(source=second)
            while backend.ledger.accepted < 2:
                await asyncio.sleep(0.1)
            asyncio.get_running_loop().call_later(5, backend.scripted_engine.working.set)
            raise KeyError("the database has gone")

        found = []
        with pytest.raises(KeyError):
            async for outcome in client.batches.run(coming(), folder=tmp_path / "out"):
                found.append(outcome.ok)
        assert found == [True, True]
        assert backend.ledger.accepted == 2


@fast
async def test_a_damaged_record_hides_no_other_order(clock, clips, tmp_path):
    async with place(clock, tmp_path) as (backend, client, again):
        orders, out = orders_of(clips(2)), tmp_path / "out"
        found = await collect(client.batches.run(orders, folder=out))
        with sqlite3.connect(tmp_path / "jobs.sqlite") as db:
            db.execute("UPDATE jobs SET data = '[]' WHERE id = ?", (found[1].job_id,))
        db.close()
        async with again() as other:
            found = await collect(other.batches.run(orders, folder=out))
            assert type(found[1].error) is errors.JournalError
            assert found[2].state == "kept"
        assert backend.ledger.accepted == 2


@fast
async def test_progress_names_its_order(clock, clips, tmp_path):
    async with place(clock, tmp_path) as (_, client, _again):
        seen = {}

        def told(order, progress):
            seen.setdefault(order.label, set()).add(progress.stage)

        orders = orders_of(clips(2))
        await collect(client.batches.run(orders, folder=tmp_path / "out", on_progress=told))
        assert set(seen) == {order.label for order in orders}
        assert all({"upload", "compose", "render", "done"} <= stages for stages in seen.values())


@fast
async def test_too_few_descriptors_are_said_before_anything_is_sent(
    clock, clips, tmp_path, monkeypatch
):
    monkeypatch.setattr("nemomusic.runtime.open_file_limit.file_limit", lambda: 40)
    async with place(clock, tmp_path) as (backend, client, _):
        with pytest.raises(errors.ConfigurationError, match="40 files") as caught:
            await collect(client.batches.run(orders_of(clips(2))))
        assert "ulimit -n" in caught.value.remedy
        assert not backend.ledger.uploads
