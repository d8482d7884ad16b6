/** The details as a sheet over the map on a phone: three stops, by drag, tap or arrow keys. */

import { h } from "./dom.js";

const STOPS = ["peek", "half", "full"];
const DRAG = 6; // px: less is a tap

const panel = document.getElementById("panel");
const grip = h("button", { type: "button", id: "grip", class: "grip", "data-title": "sheet", onclick: step, onkeydown: byKey, onpointerdown: startDrag });

let dragged = false;

/** Put the grip above the details; on a wide screen the style hides it. */
export function startSheet() {
  panel.before(grip);
  stopAt("half");
}

/** Raise a lowered sheet, so that what was just selected can be read. */
export function raiseSheet() {
  if (document.body.dataset.sheet === "peek") stopAt("half");
}

function stopAt(stop) {
  document.body.dataset.sheet = stop;
  document.body.style.removeProperty("--sheet");
  grip.setAttribute("aria-expanded", String(stop !== "peek"));
}

function move(steps) {
  const now = STOPS.indexOf(document.body.dataset.sheet);
  stopAt(STOPS[Math.min(Math.max(now + steps, 0), STOPS.length - 1)]);
}

function step() {
  if (dragged) return;
  if (document.body.dataset.sheet === "full") stopAt("peek");
  else move(1);
}

function byKey(event) {
  const steps = { ArrowUp: 1, ArrowDown: -1 }[event.key];
  if (!steps) return;
  event.preventDefault();
  move(steps);
}

function startDrag(event) {
  dragged = false;
  const from = { y: event.clientY, height: panel.offsetHeight };
  grip.setPointerCapture(event.pointerId);
  const follow = ({ clientY }) => {
    dragged ||= Math.abs(clientY - from.y) > DRAG;
    if (dragged) document.body.style.setProperty("--sheet", `${from.height + from.y - clientY}px`);
  };
  const settle = () => {
    grip.removeEventListener("pointermove", follow);
    if (dragged) stopAt(nearest(panel.offsetHeight));
  };
  grip.addEventListener("pointermove", follow);
  grip.addEventListener("lostpointercapture", settle, { once: true });
}

/** Return the stop whose height is nearest to one in px. */
function nearest(height) {
  const heights = STOPS.map((stop) => {
    stopAt(stop);
    return panel.offsetHeight;
  });
  const far = heights.map((own) => Math.abs(own - height));
  return STOPS[far.indexOf(Math.min(...far))];
}
