/** Pieces that the details are made of: rows of facts, areas three ways, counts by stage. */

import { config } from "./source.js";
import { h, icon } from "./dom.js";
import { stageBar, stageMark } from "./marks.js";
import { select } from "./state.js";
import { citeText, lang, nameOf, number, t } from "./text.js";

const EMPTY = (value) => value === null || value === undefined || value === "" || (Array.isArray(value) && !value.length);

/** Return a list of label and value; rows without a value are left out. */
export function factList(rows) {
  const known = rows.filter(([, value]) => !EMPTY(value));
  return known.length ? h("dl", { class: "facts" }, known.map(([label, value]) => [h("dt", {}, label), h("dd", {}, value)])) : null;
}

/** Return a titled block of the panel. */
export function block(title, ...content) {
  return h("section", { class: "block" }, h("h3", {}, title), ...content);
}

/** Return the badge that says how good a shape is. */
export function qualityBadge(properties) {
  if (properties.quality === "schematic") return h("span", { class: "badge", "data-field": "quality" }, t("schematic", { n: number(properties.uncertainty_m) }));
  if (properties.quality === "imported") return h("span", { class: "badge" }, t("unofficial"));
  return null;
}

/** Return where the plan says it, first place first. */
export function cites(properties) {
  const all = [properties.cite, ...(properties.also_cites ?? [])].filter(Boolean);
  if (!all.length) return null;
  return h("p", { class: "cites", "data-field": "cite" }, icon("book"), all.map((cite) => h("span", { class: "cite" }, citeText(cite))));
}

/** Return a table of the area three ways in km², hectares and mu, with the difference. */
export function areaTable(area, { stated = "area.stated", approx = false } = {}) {
  if (area.geodesic_m2 === null && area.stated_km2 === null) return h("p", { class: "quiet" }, t("area.none"));
  const rows = [
    ["area.geodesic", area.geodesic_m2, "geodesic"],
    ["area.planar", area.planar_m2, "planar"],
    [stated, area.stated_km2 === null ? null : area.stated_km2 * 1e6, "stated"],
  ];
  const difference = area.difference_km2;
  return h(
    "table",
    { class: "areas-table" },
    h("thead", {}, h("tr", {}, h("td"), ["km²", t("hectare"), t("mu")].map((unit) => h("th", { scope: "col" }, unit)))),
    h(
      "tbody",
      {},
      rows.map(([label, m2, field]) => areaRow(t(label), m2, field, approx && field === "stated")),
      difference === null ? null : h("tr", { class: "quiet" }, h("th", { scope: "row" }, `${t("area.difference")} ${signed(area.difference_percent, 1)}%`), [signed(difference, 3), signed(difference * 100, 1), signed(difference * 1500, 0)].map((text) => h("td", {}, text))),
    ),
  );
}

function areaRow(label, m2, field, approx) {
  const cells = m2 === null ? [t("unknown"), "", ""] : field === "stated" ? [number(m2 / 1e6, m2 % 1e6 ? 1 : 0), number(m2 / 1e4, 0), number((m2 / 1e4) * 15, 0)] : [number(m2 / 1e6, 3), number(m2 / 1e4, 1), number((m2 / 1e4) * 15, 0)];
  if (approx && m2 !== null) cells[0] = t("approx", { n: cells[0] });
  return h("tr", { "data-area": field }, h("th", { scope: "row" }, label), cells.map((text) => h("td", {}, text)));
}

function signed(value, decimals) {
  const text = number(Math.abs(value), decimals);
  const sign = Number(text) === 0 ? "" : value > 0 ? "+" : "−";
  return sign + text;
}

/** Return a count with a bar by stage and the number of each stage. */
export function stageCounts(projects) {
  const stages = config.stages.filter((stage) => projects.by_stage[stage.id] > 0);
  return h(
    "div",
    { class: "stage-counts" },
    stageBar(projects.by_stage),
    h("ul", {}, stages.map((stage) => h("li", { "data-stage": stage.id }, stageMark(stage.id, { size: 12 }), h("span", {}, nameOf(stage)), h("b", {}, plain(projects.by_stage[stage.id]))))),
  );
}

/** Return the categories that occur, most frequent first, with a bar each. */
export function categoryCounts(projects) {
  const found = config.categories.map((term) => [term, projects.by_category[term.id]]).filter(([, n]) => n > 0);
  const most = Math.max(...found.map(([, n]) => n));
  return h("ul", { class: "bars" }, found.sort((a, b) => b[1] - a[1]).map(([term, n]) => h("li", { "data-category": term.id }, h("span", { class: "name" }, nameOf(term)), h("meter", { min: 0, max: most, value: n, "aria-hidden": "true" }), h("b", {}, plain(n)))));
}

/** Return the sum that closes: the zones, outside and unplaced are the total. */
export function closingSum(statistics, here) {
  const parts = [
    ...statistics.rows.map((row) => [lang() === "en" ? row.name_en.split(" ")[0] : row.name.slice(0, 2), row.projects.count, row.id]),
    [t("outside"), statistics.outside.projects.count],
    [t("unplaced"), statistics.unplaced.projects.count],
  ];
  const total = statistics.total.projects.count;
  const closes = Math.abs(parts.reduce((sum, [, n]) => sum + n, 0) - total) < 1e-9;
  const terms = parts.flatMap(([name, n, id], i) => [i ? " + " : "", h(id && id === here ? "b" : "span", {}, `${name} `, h("span", { class: "figure" }, plain(n)))]);
  return h("p", { class: "sum" }, terms, " = ", h("b", {}, plain(total)), " ", closes ? h("span", { class: "good" }, icon("check"), t("closes")) : h("span", { class: "warn" }, icon("warn"), t("open")));
}

/** Return a whole number as such, a fraction with two decimals. */
export const plain = (n) => (Number.isInteger(n) ? number(n) : number(n, 2));

const FIRST = 12;

/** Return a list of projects, each a door to its details; a long one opens on demand. */
export function projectList(projects) {
  const list = h("ul", { class: "projects" }, projects.slice(0, FIRST).map(projectRow));
  if (projects.length <= FIRST) return list;
  const more = h("button", { type: "button", class: "link", onclick: () => { list.append(...projects.slice(FIRST).map(projectRow)); more.remove(); } }, t("more", { n: projects.length }));
  return [list, more];
}

function projectRow(project) {
  const { properties } = project;
  const category = config.categories.find((term) => term.id === properties.category);
  const location = config.locationKinds.find((term) => term.id === properties.location_kind);
  const line = [category, location].filter(Boolean).map(nameOf).concat(citeText(properties.cite)).join(" · ");
  return h("li", {}, h("button", { type: "button", "data-project": project.id, onclick: () => select({ kind: "projects", id: project.id }) }, stageMark(properties.stage, { ring: properties.location_kind === "site" }), h("span", { class: "name" }, nameOf(properties), h("small", {}, line)), h("span", { class: "count" }, stageName(properties.stage))));
}

/** Return the name of a stage in the language in use. */
export function stageName(id) {
  const stage = config.stages.find((term) => term.id === id);
  return stage ? nameOf(stage) : id;
}

/** Return a button that selects a feature. */
export function door(kind, feature, extra = "") {
  return h("button", { type: "button", class: "chip", "data-open": `${kind}/${feature.id}`, onclick: () => select({ kind, id: feature.id }) }, nameOf(feature.properties), extra ? h("small", {}, ` ${extra}`) : null);
}
