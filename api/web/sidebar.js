/** The left panel: layers that can be shown, and what the marks mean. */

import { config } from "./source.js";
import { h, icon, replace, s } from "./dom.js";
import { donut, stageMark } from "./marks.js";
import { state, toggleLayer } from "./state.js";
import { nameOf, number, t } from "./text.js";

/** Fill the left panel for the state of now. */
export function showSidebar(element, data) {
  replace(element, layers(data), legend(data));
}

function layers(data) {
  const count = (test) => data.areas.filter((area) => area.geometry && test(area.geometry.type)).length;
  const placed = data.projects.filter((project) => project.geometry).length;
  const polygons = count((type) => type.endsWith("Polygon"));
  const rows = [
    ["zones", data.zones.length, swatchZones()],
    ["areas", polygons, swatch("area zone-central")],
    ["bands", polygons, swatch("band-sample zone-central")],
    ["lines", count((type) => type.endsWith("LineString")), swatch("line-sample")],
    ["points", count((type) => type === "Point"), swatch("place-sample")],
    ["projects", placed, donut(["储备", "建设", "建成"])],
  ];
  if (config.basemap) rows.push(["basemap", "", icon("map")]);
  return h("section", { "aria-labelledby": "layers-title" }, h("h2", { id: "layers-title" }, t("layers")), h("ul", { class: "layers" }, rows.map(layerRow)));
}

function layerRow([name, count, sample]) {
  const shown = state.layers[name];
  return h(
    "li",
    {},
    h(
      "button",
      { type: "button", role: "switch", "aria-checked": String(shown), "aria-label": t("show", { name: t(name) }), class: shown ? "" : "dimmed", "data-layer": name, onclick: () => toggleLayer(name) },
      h("span", { class: "sample" }, sample),
      h("span", { class: "name" }, t(name)),
      h("span", { class: "count" }, String(count)),
      icon(shown ? "eye" : "off"),
    ),
  );
}

function legend(data) {
  const { by_stage: byStage } = data.byZone.total.projects;
  const most = Math.max(...Object.values(byStage));
  const stages = config.stages.filter((stage) => byStage[stage.id] > 0);
  return h(
    "section",
    { "aria-labelledby": "legend-title" },
    h("h2", { id: "legend-title" }, t("legend")),
    h("h3", {}, t("stage")),
    h("ul", { class: "stages" }, stages.map((stage) => stageRow(stage, byStage[stage.id], most))),
    h("h3", {}, t("zones")),
    h("ul", { class: "stages" }, data.zones.map((zone) => zoneRow(zone, data))),
    h("ul", { class: "notes" }, notes().map(([sample, text]) => h("li", {}, h("span", { class: "sample wide" }, sample), h("span", {}, text)))),
  );
}

function stageRow(stage, count, most) {
  const bar = s("svg", { class: "share", viewBox: "0 0 100 4", preserveAspectRatio: "none", "aria-hidden": "true" }, s("rect", { class: "share-ground", width: 100, height: 4 }), s("rect", { class: `fill-${stage.key}`, width: (count / most) * 100, height: 4 }));
  return h("li", { "data-stage": stage.id }, stageMark(stage.id), h("span", { class: "name" }, nameOf(stage)), bar, h("span", { class: "count" }, number(count)));
}

function zoneRow(zone, data) {
  const key = config.zoneKeys[zone.id] ?? "other";
  return h("li", {}, swatch(`zone-sample zone-${key}`), h("span", { class: "name" }, nameOf(zone.properties)), h("span", { class: "count" }, number(data.rows.zones.get(zone.id).projects.count)));
}

function notes() {
  return [
    [donut(Array.from({ length: 14 }, (_, i) => config.stages[i % 4].id)), t("legend.cluster")],
    [stageMark("建成", { ring: true }), t("legend.site")],
    [stageMark("储备"), t("legend.place")],
    [swatch("area zone-central"), t("legend.schematic")],
    [swatch("band-sample zone-central"), t("legend.band")],
  ];
}

function swatch(classes) {
  return h("i", { class: `swatch ${classes}` });
}

function swatchZones() {
  return h("i", { class: "swatch thirds" }, ...["north", "central", "south"].map((key) => h("i", { class: `zone-${key}` })));
}
