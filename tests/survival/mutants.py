"""For each guard one mutant: the product without it, and the tests that must fail then.

A test that passes on its mutant proves nothing. Texts stand on one line and occur once in their file.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Mutant:
    """`changes` are file, what is there, and what stands there without the guard; `tests` are node ids."""

    name: str
    changes: tuple[tuple[str, str, str], ...]
    tests: tuple[str, ...]


FIRST_TABLES = "storage/migrations/versions/0001_first_tables.py"
MUTANTS = (
    Mutant(
        "the inbox has no unique key",
        ((FIRST_TABLES, 'sa.PrimaryKeyConstraint("key", name="pk_inbox"),', ""),),
        ("tests/storage/test_inbox.py::test_a_message_is_kept_only_once[sqlite]",),
    ),
    Mutant(
        "the outbox has no unique key",
        ((FIRST_TABLES, 'sa.UniqueConstraint("key", name="uq_outbox_key"),', ""),),
        ("tests/storage/test_outbox.py::test_a_key_is_kept_once[sqlite]",),
    ),
    Mutant(
        "due steps have no unique key",
        ((FIRST_TABLES, 'sa.PrimaryKeyConstraint("key", name="pk_due_steps"),', ""),),
        ("tests/storage/test_due_steps.py::test_a_step_laid_twice_stays_as_it_was_even_when_done[sqlite]",),
    ),
    Mutant(
        "a message kept by another is kept again",
        (("storage/inbox.py", "_keep_messages(kept) < len(kept):", "_keep_messages(kept) < 0:"),),
        ("tests/storage/test_inbox.py::test_of_many_who_keep_the_same_message_at_once_one_does[sqlite]",),
    ),
    Mutant(
        "nobody asks whether a message was heard before",
        (("storage/inbox.py", "for key, reply in rows}", "for key, reply in ()}"),),
        ("tests/bot/test_intake.py::test_the_same_message_later_gets_the_reply_of_old_and_runs_nothing[sqlite-desk]",),
    ),
    Mutant(
        "a message is acknowledged before it is kept",
        (
            (
                "bot/turns.py",
                "said |= await _give_again(work, again)\n",
                "said |= await _give_again(work, again)\n"
                "            for visit, reply in said.items():\n"
                "                visit.answer.set_result(reply)\n",
            ),
            (
                "bot/intake.py",
                "            visit.answer.set_result(reply)\n            self._next(visit)\n        else:",
                "            self._next(visit)\n        else:",
            ),
        ),
        ("tests/survival/test_guards.py::test_nobody_is_answered_before_the_message_is_kept[sqlite-hello]",),
    ),
    Mutant(
        "the message is not kept in its turn's transaction",
        (("bot/turns.py", "        await work.inbox.keep(turns)\n", ""),),
        ("tests/bot/test_intake.py::test_the_same_message_later_gets_the_reply_of_old_and_runs_nothing[sqlite-hello]",),
    ),
    Mutant(
        "a refusal keeps what the desk did",
        (("bot/turns.py", "if not heard.refused:", "if True:"),),
        ("tests/bot/test_intake.py::test_a_refusal_keeps_nothing_but_its_answer[sqlite]",),
    ),
    Mutant(
        "two nodes may run turns of one person at once",
        (("storage/receivers.py", "func.pg_advisory_xact_lock(keys.table.c.key)", "func.abs(keys.table.c.key)"),),
        ("tests/survival/test_guards.py::test_who_takes_a_persons_turn_keeps_it_until_the_end",),
    ),
    Mutant(
        "a conversation is written whatever version was read",
        (("storage/conversations.py", "c.version == put.excluded.version - 1", "c.version > 0"),),
        ("tests/storage/test_conversations.py::test_a_version_that_was_not_read_is_overtaken",),
    ),
    Mutant(
        "a case is saved whatever version was read",
        (("storage/case_rows.py", ", CASES.c.version == new.was)", ")"),),
        ("tests/storage/test_cases.py::test_who_saves_an_old_copy_is_told_so_and_nothing_of_it_is_kept[sqlite]",),
    ),
    Mutant(
        "a push has no fence",
        (("storage/pushes.py", "OUTBOX.c.fence == push.fence", "OUTBOX.c.fence > 0"),),
        ("tests/storage/test_pushes.py::test_when_the_lease_is_over_somebody_else_may_send_it[sqlite]",),
    ),
    Mutant(
        "what went out has no fence",
        (("storage/departures.py", "OUTBOX.c.fence == gone.c.fence", "OUTBOX.c.fence > 0"),),
        ("tests/bot/test_delivery.py::test_a_node_that_slept_through_its_lease_finishes_nothing[sqlite]",),
    ),
    Mutant(
        "a claim has no lease",
        (("storage/pushes.py", "is_free(dialect, OUTBOX)", "OUTBOX.c.id > 0"),),
        ("tests/storage/test_pushes.py::test_a_claimed_message_is_nobody_elses_until_the_lease_is_over[sqlite]",),
    ),
    Mutant(
        "the lease is shorter than the HTTP timeout",
        (("bot/delivery.py", "LEASE = 30.0", "LEASE = 8.0"),),
        (
            "tests/survival/test_guards.py::test_a_platform_that_hangs_is_left_before_the_claim_is_over[sqlite]",
        ),
    ),
    Mutant(
        "sending has no end",
        (("bot/delivery.py", "asyncio.timeout(SEND_SECONDS)", "asyncio.timeout(None)"),),
        ("tests/survival/test_guards.py::test_a_platform_that_hangs_is_left_before_the_claim_is_over[sqlite]",),
    ),
    Mutant(
        "what went out is forgotten when it can not be recorded",
        (("bot/delivery.py", "self._gone[push.id] = sent", ""),),
        ("tests/bot/test_delivery_faults.py::"
         "test_what_went_out_while_the_store_was_away_is_recorded_later_and_not_sent_again[sqlite]",),
    ),
    Mutant(
        "the clock of a step that rings may be an old one",
        (("cases/ringing.py", " or case.fence != step.fence:", ":"),),
        ("tests/cases/test_due.py",),
    ),
    Mutant(
        "two nodes may claim a step",
        (("storage/due_steps.py", "due.limit(limit).with_for_update(skip_locked=True)", "due.limit(limit)"),),
        ("tests/storage/test_due_steps.py::"
         "test_claimed_steps_are_skipped_by_the_next_node_and_given_back_by_a_rollback",),
    ),
    Mutant(
        "an encrypted message needs no signature",
        (("bot/envelope.py", "return signed(signature, self._token, timestamp, nonce, encrypt)", "return True"),),
        ("tests/bot/channels/test_checks.py::test_the_first_thing_wrong_decides",),
    ),
    Mutant(
        "a body may have any size",
        (("bot/callback.py", "                if len(body) > MOST_BODY:", "                if False:"),),
        ("tests/bot/channels/test_checks.py::test_a_packed_bomb_is_counted_unpacked",),
    ),
    Mutant(
        "nested elements have no end",
        (("bot/envelope.py", "if len(self._path) > MOST_DEPTH or self._elements > MOST_ELEMENTS:", "if False:"),),
        ("tests/bot/test_envelope_xml.py",),
    ),
)  # fmt: skip
