/** What is chosen on the page: language, theme, layers, selection. The address holds it. */

import { config } from "./source.js";

const LAYERS = { zones: true, areas: true, bands: false, lines: true, points: false, projects: true, basemap: true };

// A notebook's frame has no address of its own, and a browser refuses to give it one.
const HAS_ADDRESS = location.protocol !== "about:";

const listeners = new Set();

export const state = { lang: "zh", theme: null, layers: { ...LAYERS }, selection: null };

/** Call a function after every change; it gets the names of what changed. */
export function watch(listener) {
  listeners.add(listener);
}

/** Change the state, tell everyone, and write it into the address. */
export function set(changes, { remember = true } = {}) {
  Object.assign(state, changes);
  if (remember && HAS_ADDRESS) history.pushState(null, "", address());
  for (const listener of listeners) listener(new Set(Object.keys(changes)));
}

/** Show or hide a layer. */
export function toggleLayer(name) {
  set({ layers: { ...state.layers, [name]: !state.layers[name] } });
}

/** Select a feature ({kind, id}), a list of projects ({kind: "list", ids}) or nothing. */
export function select(selection) {
  set({ selection });
}

/** Read the state from the address. */
export function readAddress() {
  const values = new URLSearchParams(location.hash.slice(1));
  const chosen = values.get("select") ?? config.select;
  const [kind, ...ids] = chosen ? chosen.split("/") : [];
  const hidden = values.get("layers");
  state.lang = values.get("lang") ?? config.lang;
  state.theme = values.get("theme");
  state.selection = !kind ? null : kind === "list" ? { kind, ids } : { kind, id: ids.join("/") };
  state.layers = hidden === null ? { ...LAYERS } : Object.fromEntries(Object.keys(LAYERS).map((name) => [name, hidden.split(",").includes(name)]));
}

/** Follow Back and Forward. */
export function followHistory() {
  const again = () => {
    readAddress();
    for (const listener of listeners) listener(new Set(Object.keys(state)));
  };
  window.addEventListener("popstate", again);
  window.addEventListener("hashchange", again);
}

function address() {
  const values = new URLSearchParams();
  const { selection, layers } = state;
  if (state.lang !== config.lang) values.set("lang", state.lang);
  if (state.theme) values.set("theme", state.theme);
  if (selection) values.set("select", [selection.kind, ...(selection.ids ?? [selection.id])].join("/"));
  const shown = Object.keys(layers).filter((name) => layers[name]);
  if (Object.keys(LAYERS).some((name) => LAYERS[name] !== layers[name])) values.set("layers", shown.join(","));
  return `#${values}`;
}
