"""What stands follows from the log alone, at any date."""

from datetime import UTC, datetime, timedelta

from field_api.consents.rules import Event, allows, standing

START = datetime(2026, 1, 1, tzinfo=UTC)


def said(day: int, channel: str, granted: bool, purpose: str = "offers", own: str = "") -> Event:
    return Event(own or f"{day}-{channel}", purpose, channel, granted, START + timedelta(days=day))


def test_the_latest_word_counts_whatever_the_order_of_the_log() -> None:
    log = [said(3, "email", False), said(1, "email", True)]
    assert not allows(log, "offers", "email")
    assert allows(log[1:], "offers", "email")


def test_silence_is_not_consent() -> None:
    assert not allows([said(1, "email", True)], "offers", "sms")
    assert not allows([said(1, "email", True)], "surveys", "email")


def test_a_refusal_of_every_channel_ends_what_was_agreed_to_for_one() -> None:
    log = [said(1, "email", True), said(2, "any", False)]
    assert not allows(log, "offers", "email")
    assert [(word.channel, word.granted) for word in standing(log)] == [("any", False)]


def test_one_channel_may_be_opened_again_after_all_were_refused() -> None:
    log = [said(1, "any", False), said(2, "email", True)]
    assert allows(log, "offers", "email")
    assert not allows(log, "offers", "sms")
    assert [(word.channel, word.granted) for word in standing(log)] == [("any", False), ("email", True)]


def test_a_word_for_every_channel_leaves_other_purposes_alone() -> None:
    log = [said(1, "email", True, "surveys"), said(2, "any", False, "offers")]
    assert allows(log, "surveys", "email")
    assert len(standing(log)) == 2


def test_at_one_instant_the_refusal_outweighs() -> None:
    log = [said(1, "email", False, own="a"), said(1, "email", True, own="b")]
    assert not allows(log, "offers", "email")
    assert not allows(log[::-1], "offers", "email")
