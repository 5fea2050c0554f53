"""A gift wished for on the page of a card: whoever holds the link may ask for it, and the member alone orders it.

The link of a card is shown around, on a screen or in a chat, so it spends nothing by itself. It lets a mail go to the
member's verified address, and the button behind the link in that mail orders. Nothing is kept meanwhile: that link says
it all under our HMAC, with the id of the order to be, so that however often it is confirmed there is one order.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import select

from field_api import clock, mail
from field_api.cards.cards import Card, card_of, link_of, settings, the_member
from field_api.cards.rendering import TEMPLATES
from field_api.customers.contact_points import verified_email
from field_api.errors import Clash, NotFound
from field_api.gifts.listings import for_member
from field_api.gifts.ordering import order
from field_api.loyalty.members import require_active, require_member
from field_api.loyalty.programmes import read_programme
from field_api.points.balances import balance
from field_api.reps.company import company
from field_api.store.columns import new_id
from field_api.store.engine import AnySession
from field_api.store.jobs import Job
from field_api.web import links
from field_api.web.identity import THE_SYSTEM

GOOD_FOR = timedelta(days=2)
MOST_MAILS_A_DAY = 3


@dataclass(frozen=True)
class Wish:
    """What the link of a mail orders: this gift for this member at this price, until that second since 1970."""

    member_id: str
    gift_id: str
    points: int
    until_s: int

    @property
    def purpose(self) -> str:
        """All of it, as the signature of the link says it."""
        return f"wish {self.member_id} {self.gift_id} {self.points} {self.until_s}"

    @property
    def path(self) -> str:
        """The same as the address says it, without the order's id."""
        return f"/card/wishes/{self.member_id}/{self.gift_id}/{self.points}/{self.until_s}"


def within_reach(session: AnySession, card: Card, gift_id: str) -> dict[str, Any]:
    """A gift that the member of a card can have now. Raises NotFound for every other one."""
    offered = for_member(session, card.member, balance(session, card.member.id).points)
    found = next((one for one in offered if one["id"] == gift_id and one["within_reach"]), None)
    if found is None:
        raise NotFound("This gift is not within reach.")
    return found


def ask(session: AnySession, card: Card, gift_id: str, language: str) -> None:
    """Write to the member, who orders by the button behind the link; at most so many times a day, and never told so.

    Raises NotFound for a gift out of reach, and Clash for a member without a verified address.
    """
    # Held, so that of two who ask at one moment the second counts the first one's mail.
    member = require_active(session, the_member(card), card.member.id)
    gift, address = within_reach(session, card, gift_id), verified_email(session, member.customer_id)
    if address is None:
        raise Clash("This member has no verified address to which one could write.")
    free = _free_mails(session, member.id)
    if not free:
        return
    until_s = int((clock.now() + GOOD_FOR).timestamp())
    wish = Wish(member.id, gift_id, gift["points"], until_s)
    programme = read_programme(session, member.programme_id)
    facts = {"company": company(session)[0].name, "title": programme["name"][language], "link": _link_of(wish)}
    facts |= {"gift": gift["title"][language], "points": gift["points"], "unit": programme["unit"][language]}
    mail.send(session, to=address, dedup_key=free[0], **TEMPLATES.letter("wish", language, **facts)._asdict())


def read(wish: Wish, text: str) -> str:
    """The id of the order to be. Raises NotFound for a link that was forged, or has ended."""
    order_id, _ = links.read(settings().secret, wish.purpose, text)
    if clock.now().timestamp() >= wish.until_s:
        raise NotFound("This link does not lead anywhere any more.")
    return order_id


def confirm(session: AnySession, wish: Wish, text: str) -> str:
    """Order what the link says, once, and give the link of the card. Raises NotFound, and Clash as an order does."""
    own_id = read(wish, text)
    card = card_of(session, require_member(session, THE_SYSTEM, wish.member_id))
    told = {"id": own_id, "gift_id": wish.gift_id, "points": wish.points}
    order(session, the_member(card), wish.member_id, told)
    return link_of(card)


def _link_of(wish: Wish) -> str:
    return f"{settings().public_url}{wish.path}/{links.sign(settings().secret, wish.purpose, new_id())}"


def _free_mails(session: AnySession, member_id: str) -> list[str]:
    """The names of the mails that may still go today."""
    names = [f"wish:{member_id}:{clock.today()}:{number}" for number in range(MOST_MAILS_A_DAY)]
    sent = set(session.scalars(select(Job.dedup_key).where(Job.dedup_key.in_(names))))
    return [name for name in names if name not in sent]
