/** Names on the map: zones outside with a leader, areas inside, lines along their course. */

import { h, s } from "./dom.js";
import { config } from "./source.js";
import { markBoxes } from "./map.js";
import { boxAround, boxAt, boxesAlong, cornersOutside, holds, isFree, overlaps } from "./room.js";
import { select, state } from "./state.js";
import { nameOf, number, t } from "./text.js";

const L = window.L;

let data;
let map;
let layer;

/** Start to label the map, now and after every move. */
export function startLabels(onMap, loaded) {
  map = onMap;
  data = loaded;
  layer = h("div", { class: "labels" });
  map.getContainer().append(layer);
  map.on("move zoom resize", () => layer.classList.add("moving"));
  map.on("moveend zoomend resize", placeSoon);
  window.marker_cluster_onemap.on("animationend", placeSoon);
  document.fonts?.ready.then(placeSoon);
  placeSoon();
}

let waiting = 0;

/** Place the labels anew once the map rests. */
export function placeSoon() {
  clearTimeout(waiting);
  waiting = setTimeout(place, 60);
}

/** Place the labels anew now. */
export function place() {
  layer.classList.remove("moving");
  layer.replaceChildren();
  const taken = [...markBoxes(), ...controlBoxes()];
  const ground = pixels(data.district[0]);
  if (state.layers.zones) for (const zone of data.zones) placeZone(zone, ground, taken);
  if (state.layers.areas) placeAreas(ground, taken);
  if (state.layers.lines) placeLines(taken);
  if (state.layers.points) placePoints(taken);
}

function controlBoxes() {
  const frame = map.getContainer().getBoundingClientRect();
  return [...map.getContainer().querySelectorAll(".leaflet-control")].map((control) => {
    const box = control.getBoundingClientRect();
    return { left: box.left - frame.left, top: box.top - frame.top, right: box.right - frame.left, bottom: box.bottom - frame.top };
  });
}

const toPixel = ([lon, lat]) => map.latLngToContainerPoint([lat, lon]);

/** Return the outer rings of a polygon feature in px. */
function pixels(feature) {
  const { type, coordinates } = feature.geometry;
  return (type === "Polygon" ? [coordinates] : coordinates).map(([outer]) => outer.map(toPixel));
}

/** Put a label at the first of some spots where it has room; returns box and spot, or null. */
function put(element, spotsFor, taken, { angle = 0, allowed = () => true } = {}) {
  layer.append(element);
  const { offsetWidth: width, offsetHeight: height } = element;
  for (const spot of spotsFor(width, height)) {
    const box = boxAt(spot, width, height);
    const boxes = angle ? boxesAlong(spot, width, height, angle) : [box];
    if (!isFree(boxes, taken, map.getSize()) || !allowed(box)) continue;
    element.style.transform = `translate(${Math.round(box.left)}px, ${Math.round(box.top)}px)`;
    taken.push(...boxes);
    return { box, spot };
  }
  element.remove();
  return null;
}

function placeZone(zone, ground, taken) {
  const key = config.zoneKeys[zone.id] ?? "other";
  const row = data.rows.zones.get(zone.id);
  const figures = `${number(row.area.geodesic_m2 / 1e6, 1)} km² · ${t("items", { n: row.projects.count })}`;
  const label = h(
    "button",
    { type: "button", class: `label zone-label zone-${key}`, "data-zone": zone.id, onclick: () => select({ kind: "zones", id: zone.id }) },
    h("b", {}, nameOf(zone.properties)),
    h("span", {}, figures),
  );
  L.DomEvent.disableClickPropagation(label);
  const clearOfGround = (candidate) => !ground.some((ring) => overlaps(candidate, ring));
  const outside = isWholeInView(ground) && put(label, (width) => outsideSpots(zone, ground, width), taken, { allowed: clearOfGround });
  if (outside) leader(outside.box, outside.spot, key);
  else put(label, () => insideSpots(zone), taken);
}

function isWholeInView(ground) {
  const { x, y } = map.getSize();
  const all = ground.flat();
  return all.filter((p) => p.x >= 0 && p.y >= 0 && p.x <= x && p.y <= y).length > 0.8 * all.length;
}

/** Return centres inside the part of a zone that is in view, those nearest to its middle first. */
function insideSpots(zone) {
  const { x, y } = map.getSize();
  const rings = pixels(zone);
  const spots = [];
  for (let i = 1; i < 12; i += 1) {
    for (let j = 1; j < 12; j += 1) {
      const spot = { x: (x * i) / 12, y: (y * j) / 12 };
      if (rings.some((ring) => holds(ring, spot))) spots.push(spot);
    }
  }
  const middle = { x: mean(spots.map((spot) => spot.x)), y: mean(spots.map((spot) => spot.y)) };
  const far = (spot) => Math.hypot(spot.x - middle.x, spot.y - middle.y);
  return spots.sort((one, other) => far(one) - far(other));
}

/** Return centres outside the district near a zone's outer edge, nearest first, east before west. */
function outsideSpots(zone, ground, width) {
  const own = new Set(ground.flat().map((p) => `${Math.round(p.x)},${Math.round(p.y)}`));
  const edge = pixels(zone).flat().filter((p) => own.has(`${Math.round(p.x)},${Math.round(p.y)}`));
  const middle = boxAround(edge);
  const spots = [];
  for (const gap of [30, 44, 74, 104, 144]) {
    const reach = gap + width / 2;
    for (let i = 0; i < edge.length; i += 3) {
      const from = edge[i];
      const side = from.x >= (middle.left + middle.right) / 2 ? 1 : -1;
      for (const lift of [-0.6, -0.35, 0, 0.35, 0.6]) {
        spots.push({ x: from.x + side * reach, y: from.y + lift * reach, from, cost: (gap < 44 ? 90 : gap) + (side < 0 ? 60 : 0) + Math.abs(lift) * 20 });
      }
    }
  }
  return spots.sort((a, b) => a.cost - b.cost);
}

const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;

/** Draw a line from a label's near side, by a short level stretch, to the zone's edge. */
function leader(box, { from }, key) {
  const level = box.top + 12;
  const middle = (box.left + box.right) / 2;
  const sides = [
    { when: from.x < box.left - 26, points: [[box.left - 4, level], [box.left - 22, level]] },
    { when: from.x > box.right + 26, points: [[box.right + 4, level], [box.right + 22, level]] },
    { when: from.y < box.top, points: [[middle, box.top - 2]] },
    { when: true, points: [[middle, box.bottom + 2]] },
  ];
  const { points } = sides.find((side) => side.when);
  const { x, y } = map.getSize();
  const line = s("polyline", { class: `leader zone-${key}`, points: [...points, [from.x, from.y]].map((point) => point.join(",")).join(" ") });
  layer.prepend(s("svg", { class: "leaders", width: x, height: y, "aria-hidden": "true" }, line));
}

const SMALLEST = 22; // px across: an area below that waits for the next zoom
const STEP = 8; // px between the places that are tried for a name
const SMALL = 64; // px across: an area below that may have its name beside it

function placeAreas(ground, taken) {
  const areas = data.areas.filter((f) => f.geometry?.type.endsWith("Polygon")).sort((a, b) => b.properties.area_geodesic_m2 - a.properties.area_geodesic_m2);
  for (const area of areas) {
    const middle = toPixel(area.properties.label_point);
    const rings = pixels(area);
    const ring = rings.find((own) => holds(own, middle)) ?? rings[0];
    const extent = boxAround(ring);
    if (Math.min(extent.right - extent.left, extent.bottom - extent.top) < SMALLEST) continue;
    const label = h("span", { class: "label area-label" }, nameOf(area.properties));
    put(label, (width, height) => [...spotsInside(middle, ring, extent, { width, height }), ...spotsBeside(middle, extent, ground, width)], taken);
  }
}

/** Return centres where at least half of an area's label lies inside, whole ones and those near its middle first. */
function spotsInside(middle, ring, extent, { width, height }) {
  const spots = [];
  const view = map.getSize();
  const [right, bottom] = [Math.min(extent.right, view.x), Math.min(extent.bottom, view.y)];
  for (let x = Math.max(extent.left, 0); x <= right; x += STEP) {
    for (let y = Math.max(extent.top, 0); y <= bottom; y += STEP) {
      const outside = cornersOutside(boxAt({ x, y }, width, height), ring);
      if (outside <= 2) spots.push({ x, y, cost: 30 * outside + Math.hypot(x - middle.x, 2 * (y - middle.y)) });
    }
  }
  return spots.sort((a, b) => a.cost - b.cost);
}

/** Return centres beside an area that is small, inside the district. */
function spotsBeside(middle, extent, ground, width) {
  if (extent.right - extent.left > SMALL) return [];
  const spots = [extent.right + width / 2 + 4, extent.left - width / 2 - 4].map((x) => ({ x, y: middle.y }));
  return spots.filter((spot) => ground.some((ring) => holds(ring, spot)));
}

const LETTER = 9; // px of a line that a letter of its name needs

function placeLines(taken) {
  for (const line of data.areas.filter((f) => f.geometry?.type.endsWith("LineString"))) {
    const { type, coordinates } = line.geometry;
    const parts = (type === "LineString" ? [coordinates] : coordinates).map((part) => part.map(toPixel));
    const name = nameOf(line.properties);
    const [from, to] = longestSegment(parts);
    if (Math.hypot(to.x - from.x, to.y - from.y) < LETTER * name.length) continue;
    const element = h("span", { class: `label line-label line-${line.properties.kind}` }, h("i", {}, name));
    let angle = Math.atan2(to.y - from.y, to.x - from.x);
    if (Math.abs(angle) > Math.PI / 2) angle -= Math.sign(angle) * Math.PI;
    element.firstChild.style.transform = `rotate(${angle}rad)`;
    const centres = [0.5, 0.3, 0.7].map((share) => ({ x: from.x + (to.x - from.x) * share, y: from.y + (to.y - from.y) * share }));
    put(element, () => centres, taken, { angle });
  }
}

function longestSegment(parts) {
  let best = [parts[0][0], parts[0][0]];
  let length = 0;
  for (const part of parts) {
    for (let i = 1; i < part.length; i += 1) {
      const own = Math.hypot(part[i].x - part[i - 1].x, part[i].y - part[i - 1].y);
      if (own > length) [best, length] = [[part[i - 1], part[i]], own];
    }
  }
  return best;
}

function placePoints(taken) {
  for (const place of data.areas.filter((f) => f.geometry?.type === "Point")) {
    const { x, y } = toPixel(place.geometry.coordinates);
    const element = h("span", { class: "label point-label" }, nameOf(place.properties));
    put(element, () => [{ x, y: y - 13 }, { x, y: y + 13 }], taken);
  }
}
