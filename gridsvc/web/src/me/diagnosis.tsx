import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { t, tCode } from "../i18n";
import { Cell, CellGroup } from "../ui/cells";

type Check = { label: string; value: string; ok: boolean | null };

async function look(): Promise<Check[]> {
  const storage = navigator.storage;
  const [persisted, estimate, gps] = await Promise.all([
    storage?.persisted?.().catch(() => null) ?? null,
    storage?.estimate?.().catch(() => null) ?? null,
    navigator.permissions?.query({ name: "geolocation" }).then(
      (answer) => answer.state,
      () => "?",
    ) ?? "?",
  ]);
  const yes = (ok: boolean): string => (ok ? t("diagnosis.yes") : t("diagnosis.no"));
  const has = (label: string, ok: boolean): Check => ({ label, value: yes(ok), ok });
  const canvas = document.createElement("canvas");
  return [
    has(t("diagnosis.secure"), window.isSecureContext),
    has("IndexedDB", "indexedDB" in window),
    { label: t("diagnosis.persisted"), value: yes(persisted === true), ok: persisted === true ? true : null },
    has("crypto.subtle", Boolean(window.crypto?.subtle)),
    has("Service Worker", "serviceWorker" in navigator),
    has("WebGL2", Boolean(canvas.getContext("webgl2"))),
    { label: t("diagnosis.gps"), value: tCode("diagnosis.permission", gps), ok: gps === "granted" ? true : gps === "denied" ? false : null },
    {
      label: t("diagnosis.storage"),
      value: estimate ? `${Math.round((estimate.usage ?? 0) / 1e6)} / ${Math.round((estimate.quota ?? 0) / 1e6)} MB` : "?",
      ok: null,
    },
    { label: t("diagnosis.online"), value: yes(navigator.onLine), ok: null },
  ];
}

/** What this phone can do, for the person on the other end of a support call. */
export function Diagnosis() {
  const checks = useSignal<Check[]>([]);
  useEffect(() => {
    void look().then((found) => (checks.value = found));
  }, []);
  return (
    <div class="page" data-testid="diagnosis">
      <CellGroup>
        {checks.value.map((check) => (
          <Cell key={check.label} label={check.label}>
            <span class={check.ok === null ? "" : check.ok ? "ok" : "bad"}>{check.value}</span>
          </Cell>
        ))}
      </CellGroup>
      <CellGroup title={t("diagnosis.browser")}>
        <p class="note-text mono small">{navigator.userAgent}</p>
      </CellGroup>
    </div>
  );
}
