"""The table of contents of the service: which features there are, and what each hands to the kit below."""

from collections.abc import Mapping
from importlib.metadata import version

from flask import Flask

from field_api import geoip, mail
from field_api.access import checks as access_checks
from field_api.access import jobs as access_jobs
from field_api.access.app_passwords import let_in
from field_api.access.devices import is_known_to
from field_api.access.look_up import look_up
from field_api.agenda import checks as agenda_checks
from field_api.agenda import code_lists as agenda_codes
from field_api.agenda import jobs as agenda_jobs
from field_api.agenda import sync as agenda_sync
from field_api.agenda import view as agenda_view
from field_api.cards import checks as cards_checks
from field_api.cards import jobs as cards_jobs
from field_api.cards import wallets
from field_api.code_lists import checks as code_lists_checks
from field_api.code_lists import lists
from field_api.code_lists import sync as code_lists_sync
from field_api.code_lists.lists import CodeList
from field_api.consents import checks as consents_checks
from field_api.consents import code_lists as consents_codes
from field_api.consents import sync as consents_sync
from field_api.consents import view as consents_view
from field_api.coupons import checks as coupons_checks
from field_api.coupons import code_lists as coupons_codes
from field_api.coupons import jobs as coupons_jobs
from field_api.coupons import sync as coupons_sync
from field_api.coupons import view as coupons_view
from field_api.customers import checks as customers_checks
from field_api.customers import code_lists as customers_codes
from field_api.customers import happenings, view
from field_api.customers import jobs as customers_jobs
from field_api.customers import sync as customers_sync
from field_api.dav import doors as dav
from field_api.gifts import checks as gifts_checks
from field_api.gifts import code_lists as gifts_codes
from field_api.gifts import jobs as gifts_jobs
from field_api.gifts import sync as gifts_sync
from field_api.gifts import view as gifts_view
from field_api.insights import checks as insights_checks
from field_api.insights import code_lists as insights_codes
from field_api.insights import hearing as insights_hearing
from field_api.insights import jobs as insights_jobs
from field_api.insights import sync as insights_sync
from field_api.insights import view as insights_view
from field_api.interactions import checks as interactions_checks
from field_api.interactions import code_lists as interactions_codes
from field_api.interactions import sync as interactions_sync
from field_api.interactions import view as interactions_view
from field_api.loyalty import checks as loyalty_checks
from field_api.loyalty import code_lists as loyalty_codes
from field_api.loyalty import hearing as loyalty_hearing
from field_api.loyalty import jobs as loyalty_jobs
from field_api.loyalty import programmes as loyalty_programmes
from field_api.loyalty import sync as loyalty_sync
from field_api.loyalty import view as loyalty_view
from field_api.offers import checks as offers_checks
from field_api.offers import code_lists as offers_codes
from field_api.offers import sync as offers_sync
from field_api.offers import view as offers_view
from field_api.points import checks as points_checks
from field_api.points import jobs as points_jobs
from field_api.points import sync as points_sync
from field_api.reps import checks as reps_checks
from field_api.reps import sync as reps_sync
from field_api.routes import BLUEPRINTS, DAV_DOORS, STRICTER_ENDPOINTS
from field_api.settings import Settings, read_settings
from field_api.shops import checks as shops_checks
from field_api.shops import code_lists as shops_codes
from field_api.shops import sync as shops_sync
from field_api.shops import view as shops_view
from field_api.store import engine, worker
from field_api.store.base import db
from field_api.store.checks import Check
from field_api.store.jobs import Handler
from field_api.store.worker import HOUSEKEEPING, Recurring
from field_api.surveys import checks as surveys_checks
from field_api.surveys import jobs as surveys_jobs
from field_api.surveys import view as surveys_view
from field_api.sync import checks as sync_checks
from field_api.sync import followers
from field_api.sync import routes as sync
from field_api.sync.collections import Synced
from field_api.web import docs, floods, identity, measures, problems, writes
from field_api.web.bodies import MOST_BYTES

# What phones follow.
COLLECTIONS: tuple[Synced, ...] = (
    customers_sync.COLLECTION,
    interactions_sync.COLLECTION,
    consents_sync.COLLECTION,
    *shops_sync.COLLECTIONS,
    coupons_sync.COLLECTION,
    *loyalty_sync.COLLECTIONS,
    gifts_sync.COLLECTION,
    insights_sync.COLLECTION,
    points_sync.COLLECTION,
    offers_sync.COLLECTION,
    *agenda_sync.COLLECTIONS,
    reps_sync.COLLECTION,
    code_lists_sync.COLLECTION,
)

# What forms offer for each field that takes a code.
CODE_LISTS: tuple[CodeList, ...] = (
    *customers_codes.CODE_LISTS,
    *interactions_codes.CODE_LISTS,
    *consents_codes.CODE_LISTS,
    *shops_codes.CODE_LISTS,
    *coupons_codes.CODE_LISTS,
    *loyalty_codes.CODE_LISTS,
    *gifts_codes.CODE_LISTS,
    *insights_codes.CODE_LISTS,
    *offers_codes.CODE_LISTS,
    *agenda_codes.CODE_LISTS,
)

RECURRING: tuple[Recurring, ...] = (
    HOUSEKEEPING,
    access_jobs.PURGE,
    coupons_jobs.EXPIRE,
    points_jobs.EXPIRE,
    *loyalty_jobs.RECURRING,
    gifts_jobs.LAPSE,
    *insights_jobs.RECURRING,
    *cards_jobs.RECURRING,
    surveys_jobs.WRITE,
    followers.PURGE,
    agenda_jobs.FORGET,
)

CHECKS: tuple[Check, ...] = (
    *reps_checks.CHECKS,
    *access_checks.CHECKS,
    *customers_checks.CHECKS,
    *consents_checks.CHECKS,
    *interactions_checks.CHECKS,
    *shops_checks.CHECKS,
    *offers_checks.CHECKS,
    *coupons_checks.CHECKS,
    *points_checks.CHECKS,
    *gifts_checks.CHECKS,
    *insights_checks.CHECKS,
    *cards_checks.CHECKS,
    *loyalty_checks.CHECKS,
    *surveys_checks.CHECKS,
    *agenda_checks.CHECKS,
    *code_lists_checks.CHECKS,
    *sync_checks.CHECKS,
)

# What features show of a customer in the 360 view.
SECTIONS: Mapping[str, view.Section] = {
    one.NAME: one.section
    for one in (
        consents_view,
        interactions_view,
        shops_view,
        offers_view,
        coupons_view,
        loyalty_view,
        surveys_view,
        gifts_view,
        insights_view,
        agenda_view,
    )
}


def job_handlers(settings: Settings) -> Mapping[str, Handler]:
    """What the worker does for each kind of job."""
    return {
        HOUSEKEEPING.kind: worker.housekeeping,
        mail.KIND: mail.mailer(settings),
        access_jobs.PURGE.kind: access_jobs.purge,
        coupons_jobs.EXPIRE.kind: coupons_jobs.expire,
        points_jobs.EXPIRE.kind: points_jobs.expire,
        loyalty_jobs.BIRTHDAYS.kind: loyalty_jobs.birthdays,
        loyalty_jobs.CONFIRM.kind: loyalty_jobs.confirm_due,
        loyalty_jobs.TIERS.kind: loyalty_jobs.tiers_due,
        loyalty_programmes.RECOMPUTE: loyalty_jobs.recompute_all,
        gifts_jobs.LAPSE.kind: gifts_jobs.lapse,
        insights_jobs.SUGGESTING.kind: insights_jobs.suggest,
        insights_jobs.ENDING.kind: insights_jobs.end,
        cards_jobs.TELL.kind: cards_jobs.tell,
        cards_jobs.FORGET.kind: cards_jobs.forget,
        surveys_jobs.WRITE.kind: surveys_jobs.write,
        followers.PURGE.kind: followers.purge,
        agenda_jobs.FORGET.kind: agenda_jobs.forget,
        customers_jobs.KIND: customers_jobs.geocoding(settings),
    }


def create_app(settings: Settings | None = None) -> Flask:
    """The service, ready to serve; raises Refused when the environment makes no sense."""
    settings = settings or read_settings()
    if settings.geoip_path is not None:
        geoip.check(settings.geoip_path)
    app = Flask("field_api", static_folder=None)
    app.config |= {
        "SETTINGS": settings,
        "SQLALCHEMY_DATABASE_URI": settings.database_url,
        "SQLALCHEMY_ENGINE_OPTIONS": engine.engine_options(settings.database_url, settings.threads),
        "MAX_CONTENT_LENGTH": MOST_BYTES,
        "MAX_FORM_MEMORY_SIZE": MOST_BYTES,
    }
    wallets.check(settings)
    db.init_app(app)
    with app.app_context():
        engine.prepare(db.engine)
    problems.install(app)
    measures.install(app)
    writes.install(app)
    api = docs.make_api(app, version("furet"))
    docs.install(app, api, BLUEPRINTS)
    dav.install(app, DAV_DOORS)
    floods.install(app, settings, STRICTER_ENDPOINTS)
    identity.install(app, look_up, let_in)
    view.install(app, SECTIONS)
    # A customer is held before a member is, so insights hear first.
    happenings.install(app, insights_hearing.LISTENERS, loyalty_hearing.LISTENERS)
    lists.install(app, CODE_LISTS)
    sync.install(app, COLLECTIONS, is_known_to)
    return app
