/** The page: read the data, draw the map, and let panels and map follow the state. */

import { accountButton } from "./account.js";
import { config, loadAll } from "./source.js";
import { h, icon, replace } from "./dom.js";
import { drawMap, renameMarks, showState } from "./map.js";
import { placeSoon, startLabels } from "./labels.js";
import { showPanel } from "./panel.js";
import { startPaper } from "./paper.js";
import { raiseSheet, startSheet } from "./sheet.js";
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
    h("button", { type: "button", class: "tool drawer-door", id: "layers-door", title: t("layers.legend"), "aria-label": t("layers.legend"), "aria-expanded": String(side.classList.contains("open")), "aria-controls": "side", onclick: () => openSide(!side.classList.contains("open")) }, icon("layers")),
    h("button", { type: "button", class: "tool", title: t("theme"), "aria-label": t("theme"), onclick: () => set({ theme: isDark() ? "light" : "dark" }) }, icon("theme")),
    accountButton(),
  );
}

/** Open or close the left panel where the screen is too narrow to show it always. */
function openSide(open) {
  side.classList.toggle("open", open);
  document.getElementById("layers-door").setAttribute("aria-expanded", String(open));
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
    showFrame();
    renameMarks();
  }
  if (changed.has("lang") || changed.has("layers")) showSidebar(side, data);
  if (changed.has("lang") || changed.has("selection")) showPanel(panel, data);
  if (changed.has("selection") && state.selection) raiseSheet();
  showState();
  placeSoon();
}

/** Show what stands around the data, in the language in use. */
function showFrame() {
  setLanguage(state.lang);
  document.title = t("title");
  showBar();
  showFoot();
  side.setAttribute("aria-label", t("layers.legend"));
  panel.setAttribute("aria-label", t("details"));
  document.getElementById("map_onemap").setAttribute("aria-label", t("map"));
  for (const tool of document.querySelectorAll("[data-title]")) {
    tool.title = t(tool.dataset.title);
    tool.setAttribute("aria-label", tool.title);
  }
  for (const text of document.querySelectorAll("[data-text]")) text.textContent = t(text.dataset.text);
}

/** Say that there is nothing to show, and offer to try again. */
function showFailure() {
  const again = h("button", { type: "button", class: "action", onclick: () => location.reload() }, t("again"));
  replace(panel, h("div", { class: "head", role: "alert" }, h("h2", { "data-field": "failure" }, t("failed")), h("p", { class: "lead" }, t("failed.what")), h("p", { class: "actions" }, again)));
}

async function start() {
  readAddress();
  document.documentElement.dataset.theme = state.theme ?? "";
  document.getElementById("map_onemap").setAttribute("role", "main");
  startSheet();
  showFrame();
  replace(panel, h("p", { class: "quiet", role: "status" }, t("loading")));
  try {
    const data = await loadAll();
    const map = drawMap(data);
    map.on("mousemove", showPointer);
    watch((changed) => show(changed, data));
    followHistory();
    set({ ...state }, { remember: false });
    startLabels(map, data);
    startPaper(map, data.district[0]);
    document.body.dataset.ready = "true";
  } catch (error) {
    console.error(error);
    showFailure();
  }
}

document.addEventListener("keydown", ({ key }) => key === "Escape" && openSide(false));
start();
