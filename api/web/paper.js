/** The page on paper: map on one sheet in light colours, details after it. */

import { fit } from "./map.js";
import { place } from "./labels.js";

const page = document.documentElement;

/** Lay the page out for paper while it is printed, and as it was afterwards. */
export function startPaper(map, district) {
  let before = null;
  window.addEventListener("beforeprint", () => {
    before = { theme: page.dataset.theme, centre: map.getCenter(), zoom: map.getZoom() };
    page.dataset.theme = "light";
    document.body.classList.add("paper");
    for (const more of document.querySelectorAll("#panel .link")) more.click(); // whole lists on paper
    map.invalidateSize({ animate: false });
    fit(district, { animate: false });
    place();
  });
  window.addEventListener("afterprint", () => {
    page.dataset.theme = before.theme;
    document.body.classList.remove("paper");
    map.invalidateSize({ animate: false });
    map.setView(before.centre, before.zoom, { animate: false });
    place();
  });
}
