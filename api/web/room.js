/** Room on the map: boxes in px that labels, marks and controls take up. */

const GAP = 3;

/** Tell whether two boxes touch, with a little air between them. */
const hits = (a, b) => a.left < b.right + GAP && a.right > b.left - GAP && a.top < b.bottom + GAP && a.bottom > b.top - GAP;

/** Tell whether boxes lie in a view of a size and clear of all that is taken. */
export function isFree(boxes, taken, { x, y }) {
  const inView = (box) => box.left > 8 && box.top > 8 && box.right < x - 8 && box.bottom < y - 8;
  return boxes.every((box) => inView(box) && !taken.some((other) => hits(box, other)));
}

/** Return the box of a width and height around a centre. */
export function boxAt({ x, y }, width, height) {
  return { left: x - width / 2, right: x + width / 2, top: y - height / 2, bottom: y + height / 2 };
}

/** Return the boxes of a text that runs at an angle (radians): one for each piece as long as it is high. */
export function boxesAlong({ x, y }, width, height, angle) {
  const pieces = Math.max(Math.ceil(width / height), 1);
  const step = width / pieces;
  return Array.from({ length: pieces }, (_, i) => {
    const along = (i + 0.5) * step - width / 2;
    return boxAt({ x: x + along * Math.cos(angle), y: y + along * Math.sin(angle) }, height, height);
  });
}

/** Return the box around points. */
export function boxAround(points) {
  const [xs, ys] = [points.map((p) => p.x), points.map((p) => p.y)];
  return { left: Math.min(...xs), right: Math.max(...xs), top: Math.min(...ys), bottom: Math.max(...ys) };
}

/** Tell whether a ring holds a point. */
export function holds(ring, { x, y }) {
  let inside = false;
  for (let i = 0, j = ring.length - 1; i < ring.length; j = i, i += 1) {
    const [a, b] = [ring[i], ring[j]];
    if (a.y > y !== b.y > y && x < ((b.x - a.x) * (y - a.y)) / (b.y - a.y) + a.x) inside = !inside;
  }
  return inside;
}

/** Tell whether a box, with some air, touches the inside of a ring. */
export function overlaps(box, ring) {
  const wide = { left: box.left - 10, right: box.right + 10, top: box.top - 8, bottom: box.bottom + 8 };
  if (ring.some((p) => p.x > wide.left && p.x < wide.right && p.y > wide.top && p.y < wide.bottom)) return true;
  return holds(ring, { x: (box.left + box.right) / 2, y: (box.top + box.bottom) / 2 });
}

/** Return how many corners of a box lie outside a ring. */
export function cornersOutside(box, ring) {
  const corners = [box.left, box.right].flatMap((x) => [box.top, box.bottom].map((y) => ({ x, y })));
  return corners.filter((corner) => !holds(ring, corner)).length;
}
