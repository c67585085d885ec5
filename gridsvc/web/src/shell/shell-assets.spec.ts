import { expect, it } from "vitest";
import { assetsOf } from "./shell-assets";

it("finds scripts, styles and the sign, once each, and nothing foreign", () => {
  const html = `
    <link rel="icon" href="/mark.svg" />
    <link rel="manifest" href="/m/manifest.webmanifest" />
    <script type="module" crossorigin src="/assets/m-1.js"></script>
    <link rel="modulepreload" crossorigin href="/assets/shared-2.js">
    <link rel="stylesheet" href="/assets/m-3.css"><link rel="stylesheet" href="/assets/m-3.css">
    <script src="https://elsewhere.example/x.js"></script>`;

  expect(assetsOf(html)).toEqual(["/mark.svg", "/assets/m-1.js", "/assets/shared-2.js", "/assets/m-3.css"]);
});
