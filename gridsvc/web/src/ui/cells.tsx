import type { ComponentChildren } from "preact";

/** A group of rows on one card, with an optional heading above and a note below. */
export function CellGroup(props: { title?: string; note?: string; children: ComponentChildren }) {
  return (
    <section class="cells">
      {props.title && <h2 class="cells-title">{props.title}</h2>}
      <div class="cells-card">{props.children}</div>
      {props.note && <p class="cells-note">{props.note}</p>}
    </section>
  );
}

/** A label and its value on one row. */
export function Cell(props: { label: string; children?: ComponentChildren; testid?: string }) {
  return (
    <div class="cell" data-testid={props.testid}>
      <span class="cell-label">{props.label}</span>
      <span class="cell-value">{props.children}</span>
    </div>
  );
}

type CellButtonProps = {
  label: string;
  value?: ComponentChildren;
  onClick: () => void;
  testid?: string;
  placeholder?: string;
};

/** A row that leads somewhere: it opens a picker or another view. */
export function CellButton({ label, value, onClick, testid, placeholder }: CellButtonProps) {
  return (
    <button type="button" class="cell cell-button" onClick={onClick} data-testid={testid}>
      <span class="cell-label">{label}</span>
      <span class={value ? "cell-value" : "cell-value cell-empty"}>{value || placeholder}</span>
      <svg class="chevron" viewBox="0 0 8 14" aria-hidden="true">
        <path d="M1 1l6 6-6 6" fill="none" stroke="currentColor" stroke-width="1.6" />
      </svg>
    </button>
  );
}

/** What a list says when it has nothing to show. */
export function Empty(props: { title: string; hint?: string; testid?: string }) {
  return (
    <div class="empty" data-testid={props.testid}>
      <svg viewBox="0 0 64 48" aria-hidden="true">
        <path d="M4 14l20-8 14 12-10 16-18 4z M38 18l20-6 2 22-18 8-14-8" fill="none" stroke="currentColor" stroke-width="2" />
      </svg>
      <p>{props.title}</p>
      {props.hint && <p class="empty-hint">{props.hint}</p>}
    </div>
  );
}
