import { useSignal } from "@preact/signals";
import { openContacts } from "../api/endpoints";
import type { ContactOut } from "../api/wire";
import { serverNow } from "../clock/server-clock";
import { t } from "../i18n";
import { moment } from "../i18n/format";
import { problemText } from "../ui/problem-text";
import { Sheet } from "../ui/sheet";

/** How the reporters may be reached: first what for, because that is kept with who asked. */
export function ContactsSheet({ id, onClose }: { id: string; onClose: () => void }) {
  const reason = useSignal("");
  const found = useSignal<ContactOut[] | null>(null);
  const problem = useSignal("");
  const busy = useSignal(false);

  const open = async (event: Event): Promise<void> => {
    event.preventDefault();
    if (!reason.value.trim()) {
      problem.value = t("contact.needs_reason");
      return;
    }
    busy.value = true;
    try {
      found.value = await openContacts(id, reason.value.trim());
      problem.value = "";
    } catch (error) {
      problem.value = problemText(error);
    } finally {
      busy.value = false;
    }
  };

  return (
    <Sheet title={t("contact.open")} onClose={onClose} testid="contacts-sheet">
      {found.value ? (
        <ul class="contacts" data-testid="contacts">
          {found.value.length === 0 && <li class="quiet">{t("contact.none")}</li>}
          {found.value.map((one) => (
            <li key={one.report_id}>
              <b class="mono">{one.contact}</b>
              <small class="quiet">{t("drawer.received", { at: moment(one.received_at, serverNow()) })}</small>
            </li>
          ))}
        </ul>
      ) : (
        <form onSubmit={open}>
          <p class="quiet">{t("contact.logged")}</p>
          <label class="field">
            <span>{t("contact.reason")}</span>
            <textarea rows={2} maxLength={200} data-testid="contact-reason" value={reason.value} onInput={(event) => (reason.value = event.currentTarget.value)} />
          </label>
          <p class="form-problem" role="alert">
            {problem.value}
          </p>
          <button class="button button-block button-main" disabled={busy.value} data-testid="contact-submit">
            {busy.value ? t("step.busy") : t("contact.open")}
          </button>
        </form>
      )}
    </Sheet>
  );
}
