"""Run in the environment of the calendar clients: the `caldav` library does what programs do with it, and tells."""

import json
import sys
from datetime import UTC, datetime, timedelta

import caldav

url, email, password = sys.argv[1:]
told = {}
with caldav.DAVClient(url=url, username=email, password=password) as client:
    principal = client.principal()
    told["calendars"] = sorted(str(one.url).rstrip("/").rpartition("/")[2] for one in principal.calendars())
    agenda = next(one for one in principal.calendars() if str(one.url).endswith("/agenda/"))
    told["components"] = list(agenda.get_supported_components())

    start = datetime(2027, 3, 10, 9, tzinfo=UTC)
    saved = agenda.save_event(dtstart=start, dtend=start + timedelta(hours=1), summary="Visite", uid="visit")
    agenda.save_event(
        dtstart=start,
        dtend=start + timedelta(hours=1),
        summary="Weekly",
        uid="weekly",
        rrule={"FREQ": "WEEKLY", "COUNT": 10},
    )
    found = agenda.search(start=start, end=start + timedelta(days=21), event=True, expand=True)
    told["expanded"] = sorted(str(one.icalendar_component["SUMMARY"]) for one in found)
    told["by_uid"] = str(agenda.event_by_uid("visit").icalendar_component["SUMMARY"])

    tokens = agenda.objects_by_sync_token(load_objects=True)
    told["first_sync"] = len(list(tokens))
    saved.icalendar_component["SUMMARY"] = "Visite déplacée"
    saved.save()
    changed = agenda.objects_by_sync_token(sync_token=tokens.sync_token, load_objects=True)
    told["changed"] = [str(one.icalendar_component["SUMMARY"]) for one in changed]

    busy = agenda.freebusy_request(start, start + timedelta(days=8))
    told["busy"] = len(busy.icalendar_component.get("FREEBUSY"))

    saved.delete()
    gone = agenda.objects_by_sync_token(sync_token=changed.sync_token)
    told["gone"] = len(list(gone))
    told["left"] = len(agenda.events())

    tasks = principal.make_calendar(name="Tâches", cal_id="tasks", supported_calendar_component_set=["VTODO"])
    todo = tasks.save_todo(summary="Rappeler", due=start, uid="todo")
    told["todos"] = [str(one.icalendar_component["SUMMARY"]) for one in tasks.todos()]
    todo.complete()
    told["open_todos"] = len(tasks.todos())
    told["name"] = tasks.get_display_name()
    tasks.delete()
    told["calendars_left"] = len(principal.calendars())
print(json.dumps(told))
