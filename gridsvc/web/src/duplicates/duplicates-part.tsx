import { useSignal } from "@preact/signals";
import { openIncident } from "../d/selection";
import { t } from "../i18n";
import type { CaseFile } from "../incidents/case-file";
import { session } from "../session/session";
import { directionOf, isSeen } from "./direction";
import { JoinForm } from "./join-form";
import { NearCard } from "./near-card";

type Asked = { one: string; version: number; into: string | null; lead: string };

/** What may be the same thing: suggested by nearness, joined and parted by a person only. */
export function DuplicatesPart({ file }: { file: CaseFile }) {
  const asked = useSignal<Asked | null>(null);
  const { incident, duplicates } = file;
  const { main, joined, suggested } = duplicates;
  const mayJoin = session.value?.permissions.includes("incident.dispatch") ?? false;
  const isOpen = incident.state !== "closed" && incident.state !== "voided";
  if (!main && joined.length === 0 && suggested.length === 0) return null;
  return (
    <section class="drawer-part" data-testid="duplicates">
      <h3>{t("near.title")}</h3>
      {main && (
        <p class="near-main" data-testid="near-main">
          {t("near.joined_to")}{" "}
          <button type="button" class="link mono" onClick={() => openIncident(main.incident_id)}>
            {main.number}
          </button>
          {mayJoin && (
            <button
              type="button"
              class="button button-quiet"
              data-testid="near-unjoin-self"
              onClick={() =>
                (asked.value = {
                  one: incident.incident_id,
                  version: incident.version,
                  into: null,
                  lead: t("near.lead_unjoin", { one: incident.number }),
                })
              }
            >
              {t("near.unjoin")}
            </button>
          )}
        </p>
      )}
      {joined.length > 0 && (
        <>
          <h4>{t("near.joined", { n: joined.length })}</h4>
          <ul class="nears">
            {joined.map((near) => (
              <NearCard key={near.incident_id ?? near.received_at} near={near} testid="near-joined">
                {mayJoin && isSeen(near) && (
                  <button
                    type="button"
                    class="button button-quiet"
                    data-testid="near-unjoin"
                    onClick={() =>
                      (asked.value = {
                        one: near.incident_id,
                        version: near.version,
                        into: null,
                        lead: t("near.lead_unjoin", { one: near.number ?? "" }),
                      })
                    }
                  >
                    {t("near.unjoin")}
                  </button>
                )}
              </NearCard>
            ))}
          </ul>
        </>
      )}
      {!main && suggested.length > 0 && (
        <>
          <h4>{t("near.suggested", { n: suggested.length })}</h4>
          <ul class="nears">
            {suggested.map((near) => (
              <NearCard key={near.incident_id ?? near.received_at} near={near} testid="near-suggested">
                {isSeen(near) && (
                  <span class="near-deeds">
                    {mayJoin && isOpen && (
                      <button
                        type="button"
                        class="button"
                        data-testid="near-join"
                        onClick={() => {
                          const joining = directionOf(incident, near);
                          const mineGoes = joining.one === incident.incident_id;
                          const [one, into] = mineGoes ? [incident.number, near.number] : [near.number, incident.number];
                          asked.value = { ...joining, lead: t("near.lead_join", { one: one ?? "", into: into ?? "" }) };
                        }}
                      >
                        {t("near.join")}
                      </button>
                    )}
                    <button type="button" class="button button-quiet" onClick={() => openIncident(near.incident_id)}>
                      {t("near.open")}
                    </button>
                  </span>
                )}
              </NearCard>
            ))}
          </ul>
        </>
      )}
      {asked.value && <JoinForm {...asked.value} shown={incident.incident_id} onClose={() => (asked.value = null)} />}
    </section>
  );
}
