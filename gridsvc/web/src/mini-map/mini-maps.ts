/** Small maps of grids, kept on the phone so that the own grid can be drawn without signal. */

import { useEffect, useState } from "preact/hooks";
import { miniMap } from "../api/endpoints";
import type { MiniMap } from "../api/wire";
import { freshOrCopy } from "../device/database";

export const loadMiniMap = async (gridId: number): Promise<MiniMap> =>
  (await freshOrCopy(`mini/${gridId}`, () => miniMap(gridId))).value;

export function useMiniMap(gridId: number | null): MiniMap | null {
  const [map, setMap] = useState<MiniMap | null>(null);
  useEffect(() => {
    let gone = false;
    if (gridId === null) setMap(null);
    else
      loadMiniMap(gridId).then(
        (found) => !gone && setMap(found),
        () => !gone && setMap(null),
      );
    return () => {
      gone = true;
    };
  }, [gridId]);
  return map;
}
