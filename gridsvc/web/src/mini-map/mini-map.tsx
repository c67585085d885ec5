import { useEffect, useRef, useState } from "preact/hooks";
import type { MiniMap as MiniMapData } from "../api/wire";
import { t } from "../i18n";
import { draw, type Pin } from "./draw";
import { ringsOf, toLonLat, viewOf, type View } from "./view";

type Props = {
  map: MiniMapData | null;
  pin: Pin | null;
  /** Given, a tap sets the pin. */
  onPick?: (lon: number, lat: number) => void;
};

const TAP_PX = 8;
const FALLBACK_SPAN_DEG = 0.004;

function framed(props: Props, width: number, height: number): View {
  const own = (props.map?.features ?? []).filter((feature) => feature.properties.is_own);
  const shown = own.length > 0 ? own : (props.map?.features ?? []);
  const points = shown.flatMap((feature) => ringsOf(feature).flat()) as [number, number][];
  const { pin } = props;
  if (pin) points.push([pin.lon, pin.lat]);
  if (pin && points.length === 1) {
    points.push([pin.lon - FALLBACK_SPAN_DEG, pin.lat - FALLBACK_SPAN_DEG]);
    points.push([pin.lon + FALLBACK_SPAN_DEG, pin.lat + FALLBACK_SPAN_DEG]);
  }
  return viewOf(points.length > 0 ? points : [[113.75, 23.02]], width, height);
}

export function MiniMap(props: Props) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const grip = useRef<{ x: number; y: number; moved: boolean } | null>(null);
  const [view, setView] = useState<View | null>(null);
  const { map, pin, onPick } = props;
  const hasPin = pin !== null;

  // Frame again when there is something new to show, not on every fix: a map that jumps cannot be tapped.
  useEffect(() => {
    const box = canvas.current?.getBoundingClientRect();
    if (box && box.width > 0) setView(framed(props, box.width, box.height));
  }, [map, hasPin]);
  useEffect(() => {
    if (canvas.current && view) draw(canvas.current, view, map, pin);
  }, [view, map, pin?.lon, pin?.lat, pin?.accuracy_m, pin?.manual]);

  const zoom = (factor: number): void =>
    setView((old) => (old ? { ...old, pxPerDegLat: old.pxPerDegLat * factor } : old));
  const down = (event: PointerEvent): void => {
    grip.current = { x: event.offsetX, y: event.offsetY, moved: false };
    canvas.current?.setPointerCapture(event.pointerId);
  };
  const move = (event: PointerEvent): void => {
    const from = grip.current;
    if (!from || !view) return;
    const [dx, dy] = [event.offsetX - from.x, event.offsetY - from.y];
    if (!from.moved && Math.hypot(dx, dy) < TAP_PX) return;
    const [lon, lat] = toLonLat(view, view.width / 2 - dx, view.height / 2 - dy);
    grip.current = { x: event.offsetX, y: event.offsetY, moved: true };
    setView({ ...view, lon, lat });
  };
  const up = (event: PointerEvent): void => {
    const from = grip.current;
    grip.current = null;
    if (!from || from.moved || !view || !onPick) return;
    onPick(...toLonLat(view, event.offsetX, event.offsetY));
  };

  return (
    <div class="minimap">
      <canvas
        ref={canvas}
        class={onPick ? "minimap-canvas minimap-pick" : "minimap-canvas"}
        role="img"
        aria-label={t("minimap.label")}
        data-testid="minimap"
        onPointerDown={down}
        onPointerMove={move}
        onPointerUp={up}
        onPointerCancel={() => (grip.current = null)}
      />
      <div class="minimap-zoom">
        <button type="button" aria-label={t("minimap.in")} onClick={() => zoom(1.6)}>
          +
        </button>
        <button type="button" aria-label={t("minimap.out")} onClick={() => zoom(1 / 1.6)}>
          −
        </button>
      </div>
    </div>
  );
}
