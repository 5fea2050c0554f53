"""What people call the codes of a purchase's fields."""

from field_api.code_lists.lists import CodeList
from field_api.interactions.code_lists import CHANNEL_LABELS

CODE_LISTS = (CodeList("purchases.channel", CHANNEL_LABELS),)
