import type { Lamp } from "../api/wire";
import { tCode } from "../i18n";

const SHAPES: Record<Lamp, string> = {
  green: "M8 2a6 6 0 1 1 0 12A6 6 0 0 1 8 2z",
  yellow: "M8 1.5l7 12.5H1z",
  red: "M2 2h12v12H2z",
  grey: "M8 2a6 6 0 1 1 0 12A6 6 0 0 1 8 2zm0 2.6a3.4 3.4 0 1 0 0 6.8 3.4 3.4 0 0 0 0-6.8z",
};

/** A lamp by colour and by shape, so that it reads in greyscale too. */
export function LampMark({ lamp }: { lamp: Lamp }) {
  return (
    <svg class={`lamp lamp-${lamp}`} viewBox="0 0 16 16" role="img" aria-label={tCode("lamp", lamp)}>
      <path d={SHAPES[lamp]} fill-rule="evenodd" />
    </svg>
  );
}
