/** The files of our own that a page names: all it takes to start without a network. */
export function assetsOf(html: string): string[] {
  const found = [...html.matchAll(/(?:src|href)="(\/[^"]+)"/g)].map((match) => match[1] ?? "");
  return [...new Set(found.filter((path) => path.startsWith("/assets/") || path.endsWith(".svg")))];
}
