import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import type { Plugin } from "vite";
import { defineConfig } from "vitest/config";

const page = (path: string) => resolve(import.meta.dirname, path);

// No page loads Leaflet: the notebooks write it into their maps, which must open without a network.
const LEAFLET = [
  "LICENSE",
  "dist/leaflet.js",
  "dist/leaflet.css",
  "dist/images/layers.png",
  "dist/images/layers-2x.png",
  "dist/images/marker-icon.png",
];
const leafletForNotebooks: Plugin = {
  name: "leaflet-for-notebooks",
  apply: "build",
  generateBundle() {
    for (const path of LEAFLET) {
      this.emitFile({
        type: "asset",
        fileName: `vendor/leaflet/${path.replace(/^dist\//, "")}`,
        source: readFileSync(page(`node_modules/leaflet/${path}`)),
      });
    }
  },
};

// Three pages, one set of assets; the API serves the folder at "/".
export default defineConfig({
  plugins: [leafletForNotebooks],
  build: {
    // Huawei's system WebView and older WeChat kernels stop here.
    target: "chrome87",
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0, // a data: URL would need its own exception in the security policy
    chunkSizeWarningLimit: 1200,
    rollupOptions: {
      input: {
        chooser: page("index.html"),
        m: page("m/index.html"),
        d: page("d/index.html"),
        "service-worker": page("src/shell/service-worker.ts"),
      },
      output: {
        // A service worker rules the folder it lies in, under a name that never changes.
        entryFileNames: ({ name }) => (name === "service-worker" ? "m/service-worker.js" : "assets/[name]-[hash].js"),
      },
    },
  },
  worker: { format: "es" },
  server: {
    // A spec reads the server's enums and asks for words for each of their codes.
    fs: { allow: [".", "../core"] },
    proxy: Object.fromEntries(
      ["/api", "/tiles"].map((path) => [path, process.env["GRIDSVC_API"] ?? "http://127.0.0.1:8000"]),
    ),
  },
  test: { environment: "happy-dom", include: ["src/**/*.spec.{ts,tsx}"] },
});
