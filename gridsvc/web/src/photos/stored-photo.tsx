import { useEffect, useState } from "preact/hooks";
import { database } from "../device/database";

/** A photo that is still on the phone. */
export function StoredPhoto({ sha256, label }: { sha256: string; label: string }) {
  const [url, setUrl] = useState<string | null>(null);
  useEffect(() => {
    let made: string | null = null;
    let gone = false;
    void database()
      .then((db) => db.get("photos", sha256))
      .then((photo) => {
        if (!photo || gone) return;
        made = URL.createObjectURL(photo.blob);
        setUrl(made);
      });
    return () => {
      gone = true;
      if (made) URL.revokeObjectURL(made);
    };
  }, [sha256]);
  return url ? <img class="photo" src={url} alt={label} /> : <span class="photo photo-blank" role="img" aria-label={label} />;
}
