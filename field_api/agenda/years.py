"""The years of which a calendar may speak; CalDAV tells them as min-date-time and max-date-time.

Arithmetic on what lies in them never leaves the years that exist, and no series is searched beyond them.
"""

FIRST_YEAR, LAST_YEAR = 1900, 2199
