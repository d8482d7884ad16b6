/** Sketches look like sketches: their corners are rounded for display. */

/** Tell whether a feature is an area. */
export const isPolygon = (feature) => Boolean(feature.geometry?.type.endsWith("Polygon"));

/** Return a polygon with its corners rounded for display, so that a sketch looks like one. */
export function softened(feature) {
  if (!isPolygon(feature)) return feature;
  const { type, coordinates } = feature.geometry;
  const polygons = type === "Polygon" ? [coordinates] : coordinates;
  const rounded = polygons.map((ringsOf) => ringsOf.map(roundCorners));
  return { ...feature, geometry: { type: "MultiPolygon", coordinates: rounded } };
}

const CORNER_DEGREES = 0.0025;

function roundCorners(ring) {
  const points = ring.slice(0, -1);
  const out = [];
  points.forEach((corner, i) => {
    const before = towards(corner, points.at(i - 1));
    const after = towards(corner, points[(i + 1) % points.length]);
    for (let step = 0; step <= 4; step += 1) out.push(bezier(before, corner, after, step / 4));
  });
  return [...out, out[0]];
}

function towards([x, y], [toX, toY]) {
  const length = Math.hypot(toX - x, toY - y);
  const share = length ? Math.min(CORNER_DEGREES, length / 2) / length : 0;
  return [x + (toX - x) * share, y + (toY - y) * share];
}

function bezier(a, b, c, u) {
  const mix = (i) => (1 - u) ** 2 * a[i] + 2 * u * (1 - u) * b[i] + u ** 2 * c[i];
  return [mix(0), mix(1)];
}
