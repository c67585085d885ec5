/** The map's colours in daylight and on the wall. MapLibre paints on a canvas and cannot read CSS. */

import type { Theme } from "../d/theme";

export type Inks = {
  ground: string;
  home: string;
  abroad: string;
  grid: string;
  community: string;
  town: string;
  river: string;
  road: string;
  street: string;
  text: string;
  halo: string;
  cluster: string;
  clusterText: string;
  clusterLate: string;
  chosen: string;
  red: string;
  yellow: string;
  green: string;
  grey: string;
};

export const INKS: Record<Theme, Inks> = {
  light: {
    ground: "#e6e4dc",
    home: "#faf8f2",
    abroad: "#eceae2",
    grid: "#cbc6b7",
    community: "#a9a391",
    town: "#4c6a6c",
    river: "#b9d3dc",
    road: "#e4d8bf",
    street: "#eee8da",
    text: "#2c4144",
    halo: "#faf8f2",
    cluster: "#12494f",
    clusterText: "#fffdf8",
    clusterLate: "#ffb19c",
    chosen: "#1f6feb",
    red: "#c02f1d",
    yellow: "#d99a00",
    green: "#2b8a57",
    grey: "#7d8b8e",
  },
  dark: {
    ground: "#081214",
    home: "#10262a",
    abroad: "#0b1a1d",
    grid: "#2a4c52",
    community: "#3e6a70",
    town: "#5fa39f",
    river: "#16404f",
    road: "#2d3b34",
    street: "#1a2f31",
    text: "#c5d8d3",
    halo: "#0b1a1d",
    cluster: "#1f6a6e",
    clusterText: "#f2f7f3",
    clusterLate: "#ffc2b3",
    chosen: "#7db4ff",
    red: "#ff6b52",
    yellow: "#f2c14b",
    green: "#52c088",
    grey: "#8fa1a1",
  },
};
