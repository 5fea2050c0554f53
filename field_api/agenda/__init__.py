"""The rep's agenda: calendars of iCalendar objects kept as they came, and the appointments that they are."""
