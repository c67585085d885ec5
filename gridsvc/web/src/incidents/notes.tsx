import { serverNow } from "../clock/server-clock";
import type { IncidentDetailOut } from "../api/wire";
import { tCode } from "../i18n";
import { moment } from "../i18n/format";

/** What people wrote about an incident, oldest first: the report, then each step. */
export function Notes({ incident }: { incident: IncidentDetailOut }) {
  const notes = incident.notes ?? (incident.note ? [{ at: incident.received_at, written_in: "report", note: incident.note }] : []);
  return (
    <>
      {notes.map((item) => (
        <p class="note-text" key={item.at + item.written_in}>
          {item.note}
          <small class="quiet">
            {tCode("written_in", item.written_in)} {moment(item.at, serverNow())}
          </small>
        </p>
      ))}
    </>
  );
}
