import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { t } from "../i18n";

type Props = { title: string; onClose: () => void; children: ComponentChildren; testid?: string };

/** A panel that rises from the bottom. The native dialog keeps focus inside and closes on Escape. */
export function Sheet({ title, onClose, children, testid }: Props) {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    const element = dialog.current;
    if (element && !element.open) element.showModal();
  }, []);
  return (
    <dialog
      ref={dialog}
      class="sheet"
      aria-label={title}
      data-testid={testid}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
      onClick={(event) => {
        if (event.target === dialog.current) onClose();
      }}
    >
      <div class="sheet-body">
        <header class="sheet-head">
          <h2>{title}</h2>
          <button type="button" class="button button-quiet" onClick={onClose} data-testid="sheet-close">
            {t("close")}
          </button>
        </header>
        <div class="sheet-scroll">{children}</div>
      </div>
    </dialog>
  );
}
