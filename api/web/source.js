/** Where the page's data come from: this server, or the file itself when it was saved as one. */

function block(id) {
  const element = document.getElementById(id);
  return element ? JSON.parse(element.textContent) : null;
}

const inside = block("onemap-data");

/** Whether the page stands alone, without a server to ask. */
export const isAlone = inside !== null;

/** What the server told the page about itself: revision, code lists, base map. */
export const config = block("onemap-config");

/** Return the answer to a path of our API. */
export async function load(path) {
  if (inside) return inside[path];
  const answer = await fetch(path, { headers: { Accept: "application/json, application/geo+json" } });
  if (!answer.ok) throw new Error(`${path}: ${answer.status}`);
  return answer.json();
}

const PATHS = {
  district: "/collections/district/items?limit=10000",
  zones: "/collections/zones/items?limit=10000",
  areas: "/collections/areas/items?limit=10000",
  projects: "/collections/projects/items?limit=10000",
  byZone: "/statistics?by=zones",
  byArea: "/statistics?by=areas&rule=touching",
};

/** Return everything that the page shows, with each collection's features also by id. */
export async function loadAll() {
  const names = Object.keys(PATHS);
  const answers = await Promise.all(names.map((name) => load(PATHS[name])));
  const data = Object.fromEntries(names.map((name, i) => [name, answers[i]]));
  data.byId = Object.create(null); // asked by kinds from the address: it has none but its own
  for (const name of ["district", "zones", "areas", "projects"]) {
    data[name] = data[name].features;
    data.byId[name] = new Map(data[name].map((feature) => [feature.id, feature]));
  }
  data.rows = {
    zones: new Map(data.byZone.rows.map((row) => [row.id, row])),
    areas: new Map(data.byArea.rows.map((row) => [row.id, row])),
  };
  return data;
}
