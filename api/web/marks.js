/** The marks of stages: a shape and a colour each, donuts for several. */

import { s } from "./dom.js";
import { config } from "./source.js";

const stages = new Map(config.stages.map((stage) => [stage.id, stage]));

const SHAPES = {
  circle: () => s("circle", { r: 5.2 }),
  triangle: () => s("path", { d: "M0-6.2 6.1 4.8H-6.1Z" }),
  square: () => s("path", { d: "M-4.9-4.9h9.8v9.8h-9.8Z" }),
  diamond: () => s("path", { d: "M0-6.6 6.6 0 0 6.6-6.6 0Z" }),
  bar: () => s("path", { d: "M-6-2.8H6V2.8H-6Z" }),
  cross: () => s("path", { d: "M-5.5-3.2-3.2-5.5 0-2.3 3.2-5.5 5.5-3.2 2.3 0 5.5 3.2 3.2 5.5 0 2.3-3.2 5.5-5.5 3.2-2.3 0Z" }),
};

/** Return the mark of a stage; a known site wears a ring. */
export function stageMark(stageId, { size = 16, ring = false } = {}) {
  const stage = stages.get(stageId);
  const shape = SHAPES[stage?.shape ?? "circle"]();
  shape.setAttribute("class", `mark stage-${stage?.key ?? "suspended"}`);
  const around = ring ? s("circle", { class: "site-ring", r: 10 }) : null;
  return s("svg", { class: "stage-mark", viewBox: "-12 -12 24 24", width: size * 1.5, height: size * 1.5, "aria-hidden": "true" }, around, shape);
}

/** Return the radius in px of a donut of n projects. */
export const donutRadius = (n) => 11 + 1.75 * Math.sqrt(n);

/** Return a donut: the count inside, one arc for each stage. */
export function donut(stageIds) {
  const n = stageIds.length;
  const outer = donutRadius(n);
  const size = 2 * outer + 4;
  const arcs = [];
  let start = 0;
  for (const stage of config.stages) {
    const share = stageIds.filter((id) => id === stage.id).length / n;
    if (share > 0) arcs.push(arc(start, share, outer - 3, stage.key));
    start += share;
  }
  return s(
    "svg",
    { class: "donut", viewBox: `${-size / 2} ${-size / 2} ${size} ${size}`, width: size, height: size, "aria-hidden": "true" },
    s("circle", { class: "donut-ground", r: outer }),
    arcs,
    s("text", { class: "donut-count", y: "0.35em" }, String(n)),
  );
}

function arc(start, share, radius, key) {
  const length = 2 * Math.PI * radius;
  const gap = share < 1 ? 1.5 : 0;
  return s("circle", {
    class: `donut-arc stroke-${key}`,
    r: radius,
    "stroke-dasharray": `${Math.max(share * length - gap, 0.5)} ${length}`,
    transform: `rotate(${start * 360 - 90})`,
  });
}

/** Return a bar whose parts are as long as the counts of their stages. */
export function stageBar(byStage) {
  const parts = config.stages.filter((stage) => byStage[stage.id] > 0);
  const total = parts.reduce((sum, stage) => sum + byStage[stage.id], 0);
  let x = 0;
  const boxes = parts.map((stage) => {
    const width = (byStage[stage.id] / total) * 100;
    const box = s("rect", { class: `fill-${stage.key}`, x, y: 0, width: Math.max(width - 0.5, 0.3), height: 8 });
    x += width;
    return box;
  });
  return s("svg", { class: "stage-bar", viewBox: "0 0 100 8", preserveAspectRatio: "none", "aria-hidden": "true" }, boxes);
}
