/** The page: read the data, draw the map, and let panels and map follow the state. */

import { config, loadAll } from "./source.js";
import { h, icon, replace } from "./dom.js";
import { drawMap, showState } from "./map.js";
import { placeSoon, startLabels } from "./labels.js";
import { showPanel } from "./panel.js";
import { showSidebar } from "./sidebar.js";
import { followHistory, readAddress, set, state, watch } from "./state.js";
import { number, setLanguage, t } from "./text.js";

const [bar, side, panel, foot] = ["bar", "side", "panel", "foot"].map((id) => document.getElementById(id));

function showBar() {
  const languages = [["zh", "中文"], ["en", "EN"]];
  replace(
    bar,
    h("span", { class: "logo" }, icon("map")),
    h("div", { class: "brand" }, h("h1", {}, t("title")), h("p", {}, t("subtitle"))),
    h("span", { class: "revision" }, t("revision", { n: config.revision })),
    h("div", { class: "languages", role: "group", "aria-label": t("language") }, languages.map(([code, name]) => h("button", { type: "button", lang: code, "aria-pressed": String(state.lang === code), onclick: () => set({ lang: code }) }, name))),
    h("button", { type: "button", class: "tool", title: t("theme"), "aria-label": t("theme"), onclick: () => set({ theme: isDark() ? "light" : "dark" }) }, icon("theme")),
  );
}

const isDark = () => (state.theme ?? (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light")) === "dark";

function showFoot() {
  const attribution = foot.dataset.attribution ? ` · ${foot.dataset.attribution}` : "";
  replace(foot, h("b", {}, t("disclaimer")), h("span", {}, t("credits") + attribution), h("span", { class: "pointer", id: "pointer" }));
}

function showPointer({ latlng }) {
  document.getElementById("pointer").textContent = t("pointer", { lon: number(latlng.lng, 5), lat: number(latlng.lat, 5) });
}

function show(changed, data) {
  if (changed.has("theme")) document.documentElement.dataset.theme = state.theme ?? "";
  if (changed.has("lang")) {
    setLanguage(state.lang);
    document.title = t("title");
    showBar();
    showFoot();
    nameControls();
  }
  if (changed.has("lang") || changed.has("layers")) showSidebar(side, data);
  if (changed.has("lang") || changed.has("selection")) showPanel(panel, data);
  showState();
  placeSoon();
}

function nameControls() {
  document.getElementById("map_onemap").setAttribute("aria-label", t("map"));
  for (const tool of document.querySelectorAll("[data-title]")) {
    tool.title = t(tool.dataset.title);
    tool.setAttribute("aria-label", tool.title);
  }
  for (const text of document.querySelectorAll("[data-text]")) text.textContent = t(text.dataset.text);
}

async function start() {
  readAddress();
  setLanguage(state.lang);
  replace(panel, h("p", { class: "quiet" }, t("loading")));
  try {
    const data = await loadAll();
    const map = drawMap(data);
    map.on("mousemove", showPointer);
    watch((changed) => show(changed, data));
    followHistory();
    set({ ...state }, { remember: false });
    startLabels(map, data);
    document.body.dataset.ready = "true";
  } catch (error) {
    console.error(error);
    replace(panel, h("p", { class: "warn", role: "alert" }, icon("warn"), t("failed")));
  }
}

start();
