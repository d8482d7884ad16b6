/** The layers of the map: what is drawn, hovered, clicked and veiled. Folium made the map. */

import { config } from "./source.js";
import { h, icon } from "./dom.js";
import { donut, donutRadius, stageMark } from "./marks.js";
import { isPolygon, softened } from "./soft.js";
import { select, state } from "./state.js";
import { nameOf, t } from "./text.js";

const L = window.L;
const map = window.map_onemap;
const clusters = window.marker_cluster_onemap;

// From the ground up; the numbers are z-indexes around Leaflet's own 400 (shapes), 600 (markers).
const PANES = { shadow: 402, zones: 405, bands: 410, areas: 415, lines: 420, outline: 425, veil: 430, chosen: 435, places: 440, labels: 620 };

const groups = {};
const shapes = new Map();
let data;
let zoneOf = () => "other";

/** Draw everything once; returns the map. */
export function drawMap(loaded) {
  data = loaded;
  const keys = config.zoneKeys;
  zoneOf = (feature) => keys[feature.properties.zones?.[0]?.id ?? feature.properties.plan_zone ?? feature.id] ?? "other";
  for (const [name, zIndex] of Object.entries(PANES)) {
    map.createPane(name).style.zIndex = zIndex;
  }
  for (const name of ["shadow", "bands", "lines", "veil", "chosen", "labels"]) map.getPane(name).style.pointerEvents = "none";
  if (config.basemap) drawBasemap();
  drawDistrict();
  drawZones();
  drawAreas();
  drawLines();
  drawPlaces();
  drawProjects();
  addControls();
  fit(data.district[0], { animate: false });
  map.on("zoomend", resizeBands);
  map.on("click", () => select(null));
  new ResizeObserver(() => map.invalidateSize({ animate: false })).observe(map.getContainer());
  return map;
}

/** Show what the state says: layers on or off, the selected shape over a veil. */
export function showState() {
  for (const [name, group] of Object.entries(groups)) {
    const shown = state.layers[name] ?? true;
    if (shown) group.addTo(map);
    else group.remove();
  }
  showSelection();
}

/** Bring a feature into view. */
export function fit(feature, options = {}) {
  const bounds = L.geoJSON(feature).getBounds();
  if (bounds.isValid()) map.fitBounds(bounds, { padding: [12, 12], maxZoom: 15, ...options });
}

/** Return the places in px where a mark or donut stands now, for labels to avoid. */
export function markBoxes() {
  if (!map.hasLayer(clusters)) return [];
  const boxes = [];
  clusters._featureGroup.eachLayer((layer) => {
    const point = map.latLngToContainerPoint(layer.getLatLng());
    const n = layer.getChildCount?.() ?? 1;
    const r = n > 1 ? donutRadius(n) + 3 : 11;
    boxes.push({ left: point.x - r, top: point.y - r, right: point.x + r, bottom: point.y + r });
  });
  return boxes;
}

function drawBasemap() {
  const { url, attribution, maxZoom } = config.basemap;
  groups.basemap = L.tileLayer(url, { maxNativeZoom: maxZoom, maxZoom: 18 });
  document.getElementById("foot").dataset.attribution = attribution;
  map.getContainer().classList.add("has-basemap");
}

function drawDistrict() {
  const [district] = data.district;
  L.geoJSON(district, { pane: "shadow", interactive: false, style: { className: "district-shadow" } }).addTo(map);
  L.geoJSON(district, { pane: "outline", interactive: false, style: { className: "district-line", fill: false } }).addTo(map);
}

function drawZones() {
  groups.zones = L.geoJSON(data.zones, {
    pane: "zones",
    style: (feature) => ({ className: `zone zone-${zoneOf(feature)}`, weight: 1 }),
    onEachFeature: (feature, layer) => makeChoice(layer, "zones", feature),
  });
}

const isLine = (feature) => feature.geometry?.type.endsWith("LineString");
const isPoint = (feature) => feature.geometry?.type === "Point";

function drawAreas() {
  // Large ones first, so that a small one inside stays within reach of the pointer.
  const areas = data.areas.filter(isPolygon).sort((a, b) => b.properties.area_geodesic_m2 - a.properties.area_geodesic_m2);
  groups.areas = L.geoJSON(areas.map(softened), {
    pane: "areas",
    style: (feature) => ({ className: `area zone-${zoneOf(feature)}`, weight: 1.2 }),
    onEachFeature: (feature, layer) => makeChoice(layer, "areas", feature),
  });
  groups.bands = L.geoJSON(areas, {
    pane: "bands",
    interactive: false,
    style: (feature) => ({ className: `band zone-${zoneOf(feature)}`, fill: false }),
  });
  resizeBands();
}

function drawLines() {
  const lines = data.areas.filter(isLine);
  const kind = ({ id, properties }) => (properties.kind === "river" ? "water" : id === "A-jinghu-rail" ? "rail" : properties.kind === "belt" ? "belt" : "road");
  const draw = (suffix, weight) =>
    L.geoJSON(lines, {
      pane: "lines",
      interactive: false,
      style: (feature) => ({ className: `line line-${kind(feature)}${suffix}`, weight, fill: false }),
    });
  groups.lines = L.layerGroup([draw(" casing", 5), draw("", 3)]);
}

function drawPlaces() {
  const places = data.areas.filter(isPoint);
  groups.points = L.geoJSON(places, {
    pointToLayer: (feature, latlng) => L.circleMarker(latlng, { pane: "places", radius: 3.5, className: "place" }),
    onEachFeature: (feature, layer) => makeChoice(layer, "areas", feature),
  });
}

// An icon whose element has a name of its own, for a screen reader; `label` is asked anew each time.
const Mark = L.DivIcon.extend({
  createIcon(old) {
    const element = L.DivIcon.prototype.createIcon.call(this, old);
    element.setAttribute("aria-label", this.options.label());
    return element;
  },
});

function drawProjects() {
  window.onemapClusterIcon = (cluster) => {
    const stages = cluster.getAllChildMarkers().map((marker) => marker.options.project.properties.stage);
    const r = donutRadius(stages.length) + 2;
    return new Mark({ html: donut(stages), className: "cluster", iconSize: [2 * r, 2 * r], label: () => t("list", { n: stages.length }) });
  };
  for (const project of data.projects) {
    if (!project.properties.label_point) continue;
    clusters.addLayer(projectMarker(project));
  }
  clusters.on("clusterclick clusterkeypress", byHand(openCluster));
  groups.projects = clusters;
}

/** Act on a click or on Enter; Leaflet makes marks focusable, but leaves their keys to us. */
const byHand = (act) => (event) => {
  if (!event.type.endsWith("keypress") || event.originalEvent.key === "Enter") act(event);
};

function projectMarker(project) {
  const [lon, lat] = project.properties.label_point;
  const html = stageMark(project.properties.stage, { ring: project.properties.location_kind === "site" });
  const icon = new Mark({ html, className: "project", iconSize: [24, 24], label: () => nameOf(project.properties) });
  const marker = L.marker([lat, lon], { icon, project });
  marker.on("click keypress", byHand(() => select({ kind: "projects", id: project.id })));
  marker.bindTooltip(() => h("span", {}, nameOf(project.properties)), { direction: "top", offset: [0, -8] });
  return marker;
}

/** Say the names of marks and clusters in the language in use. */
export function renameMarks() {
  clusters._featureGroup.eachLayer((layer) => layer._icon?.setAttribute("aria-label", layer.options.icon?.options.label?.() ?? t("list", { n: layer.getChildCount() })));
}

/** A first click lists what is in a cluster, a second one on the same zooms into it. */
function openCluster({ layer }) {
  const ids = layer.getAllChildMarkers().map((marker) => marker.options.project.id);
  const same = state.selection?.kind === "list" && state.selection.ids.join() === ids.join();
  const spread = layer.getBounds();
  if (same && !spread.getNorthEast().equals(spread.getSouthWest())) layer.zoomToBounds({ padding: [40, 40] });
  else select({ kind: "list", ids });
}

function makeChoice(layer, kind, feature) {
  shapes.set(`${kind}/${feature.id}`, layer);
  layer.on("click", (event) => {
    L.DomEvent.stopPropagation(event);
    select({ kind, id: feature.id });
  });
  layer.on("mouseover", () => layer.getElement()?.classList.add("hovered"));
  layer.on("mouseout", () => layer.getElement()?.classList.remove("hovered"));
}

let chosen = null;

function showSelection() {
  chosen?.remove();
  chosen = null;
  const { selection } = state;
  const feature = selection && data.byId[selection.kind]?.get(selection.id);
  if (!feature?.geometry) return;
  chosen = L.layerGroup().addTo(map);
  const zone = zoneOf(feature);
  if (isPolygon(feature)) {
    L.polygon([WORLD, ...rings(feature)], { pane: "veil", interactive: false, className: "veil" }).addTo(chosen);
    if (selection.kind !== "zones") {
      const weight = bandWeight(feature);
      L.geoJSON(feature, { pane: "chosen", interactive: false, style: { className: `band zone-${zone}`, fill: false, weight } }).addTo(chosen);
    }
  }
  const outline = selection.kind === "areas" ? softened(feature) : feature;
  const style = { className: `chosen chosen-${selection.kind} zone-${zone}`, weight: 2.5, fill: false };
  L.geoJSON(outline, { pane: "chosen", interactive: false, style, pointToLayer: (_, latlng) => L.circleMarker(latlng, { ...style, pane: "chosen", radius: 14 }) }).addTo(chosen);
}

const WORLD = [[-85, -180], [-85, 180], [85, 180], [85, -180]];

function rings(feature) {
  const { type, coordinates } = feature.geometry;
  const polygons = type === "Polygon" ? [coordinates] : coordinates;
  return polygons.map(([outer]) => outer.map(([lon, lat]) => [lat, lon]));
}

/** Return the width in px of a band as wide as the uncertainty on both sides of the line. */
function bandWeight(feature) {
  const lat = (map.getCenter().lat * Math.PI) / 180;
  const metresPerPx = (40075016.686 * Math.cos(lat)) / 2 ** (map.getZoom() + 8);
  return Math.max((2 * feature.properties.uncertainty_m) / metresPerPx, 2);
}

function resizeBands() {
  groups.bands.eachLayer((layer) => layer.setStyle({ weight: bandWeight(layer.feature) }));
  if (state.selection?.kind === "areas") showSelection();
}

function addControls() {
  L.control.scale({ imperial: false, position: "bottomleft", maxWidth: 120 }).addTo(map);
  const Tools = L.Control.extend({
    options: { position: "topright" },
    onAdd: () => {
      const tool = (key, content, act) => h("button", { type: "button", class: "tool", title: t(key), "aria-label": t(key), "data-title": key, onclick: act }, content);
      const box = h(
        "div",
        { class: "tools" },
        tool("zoomIn", "+", () => map.zoomIn()),
        tool("zoomOut", "−", () => map.zoomOut()),
        tool("fit", icon("fit"), () => fit(data.district[0])),
      );
      L.DomEvent.disableClickPropagation(box);
      return box;
    },
  });
  new Tools().addTo(map);
  const North = L.Control.extend({ options: { position: "topright" }, onAdd: () => h("div", { class: "north", "aria-hidden": "true" }, h("span", { "data-text": "north" }, t("north")), h("i", { class: "needle" })) });
  new North().addTo(map);
}
