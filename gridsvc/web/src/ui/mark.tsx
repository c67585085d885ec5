/** The sign of the house: three cells and the node they share. */
export function Mark() {
  return (
    <svg class="mark" viewBox="0 0 32 32" aria-hidden="true">
      <g fill="none" stroke="currentColor" stroke-width="2" stroke-linejoin="round">
        <path d="M6 8l9-2 3 9-8 5-4-3z" />
        <path d="M15 6l10 3-1 8-6-2" />
        <path d="M18 15l6 2 2 7-9 2-7-6" />
      </g>
      <circle class="mark-node" cx="18" cy="15" r="3.2" />
    </svg>
  );
}
