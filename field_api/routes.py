"""Every route there is: the blueprints of the JSON API and of pages, and the doors of calendars."""

from field_api.access.routes_admin import blp as admin
from field_api.access.routes_me import blp as me
from field_api.access.routes_sign_in import blp as sign_in
from field_api.access.routes_users import blp as users
from field_api.agenda.routes import blp as appointments
from field_api.agenda.routes_calendars import blp as calendars
from field_api.cards.routes import blp as cards
from field_api.cards.routes_card import blp as card
from field_api.cards.routes_forms import blp as enrolment_forms
from field_api.cards.routes_join import blp as join
from field_api.cards.routes_wishes import blp as wishes
from field_api.code_lists.routes import blp as code_lists
from field_api.consents.routes import blp as consents
from field_api.coupons.routes import blp as coupons
from field_api.coupons.routes_campaigns import blp as campaigns
from field_api.coupons.routes_figures import blp as coupon_figures
from field_api.coupons.routes_print import blp as printed_coupons
from field_api.customers.routes import blp as customers
from field_api.customers.routes_parts import blp as customer_parts
from field_api.dav import doors as dav
from field_api.dav.routes import doors as dav_people
from field_api.dav.routes_calendars import doors as dav_calendars
from field_api.gifts.routes import blp as gifts
from field_api.gifts.routes_orders import blp as gift_orders
from field_api.gifts.routes_till import blp as till_gifts
from field_api.insights.routes import blp as insights
from field_api.insights.routes_gestures import blp as gestures
from field_api.interactions.routes import blp as interactions
from field_api.loyalty.routes import blp as members
from field_api.loyalty.routes_points import blp as points
from field_api.loyalty.routes_programmes import blp as programmes
from field_api.loyalty.routes_till import blp as till_points
from field_api.offers.routes import blp as offers
from field_api.offers.routes_nearby import blp as nearby
from field_api.offers.routes_parts import blp as offer_parts
from field_api.public_pages.routes import blp as public_pages
from field_api.reps.routes import blp as reps
from field_api.reps.routes_company import blp as company
from field_api.shops.routes import blp as shops
from field_api.shops.routes_purchases import blp as purchases
from field_api.surveys.routes import blp as surveys
from field_api.surveys.routes_answers import blp as answers
from field_api.surveys.routes_asking import blp as asking
from field_api.surveys.routes_page import blp as survey
from field_api.sync import routes as sync
from field_api.web.openapi import Blueprint

BLUEPRINTS: tuple[Blueprint, ...] = (
    sign_in,
    me,
    users,
    reps,
    company,
    admin,
    customers,
    customer_parts,
    consents,
    interactions,
    shops,
    purchases,
    offers,
    offer_parts,
    nearby,
    campaigns,
    coupons,
    printed_coupons,
    coupon_figures,
    programmes,
    members,
    points,
    till_points,
    gifts,
    gift_orders,
    till_gifts,
    insights,
    gestures,
    surveys,
    asking,
    answers,
    survey,
    public_pages,
    cards,
    enrolment_forms,
    card,
    wishes,
    join,
    appointments,
    calendars,
    code_lists,
    sync.blueprint,
)

# The calendars of phones, beside the JSON API.
DAV_DOORS: tuple[dav.Doors, ...] = (dav_people, dav_calendars)

# Where a stranger may try their luck: these take the stricter flood limit.
STRICTER_ENDPOINTS = frozenset({"sign_in.login", "sign_in.renew_pair", "sign_in.revoke", "join.join", "join.confirm"})
