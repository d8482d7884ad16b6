/** The right panel: the district, or the zone, area, project or list that is selected. */

import { config } from "./source.js";
import { h, icon, replace } from "./dom.js";
import { areaTable, block, categoryCounts, cites, closingSum, door, factList, plain, projectList, qualityBadge, stageCounts, stageName } from "./facts.js";
import { fit } from "./map.js";
import { stageMark } from "./marks.js";
import { select, state } from "./state.js";
import { inLanguage, nameOf, number, t } from "./text.js";

let data;

const VIEWS = { zones: showZone, areas: showArea, projects: showProject };

/** Fill the right panel for what is selected. */
export function showPanel(element, loaded) {
  data = loaded;
  const { selection } = state;
  const feature = selection && data.byId[selection.kind]?.get(selection.id);
  const content = selection?.kind === "list" ? showList(selection.ids) : feature && VIEWS[selection.kind] ? VIEWS[selection.kind](feature) : showDistrict();
  replace(element, content);
  element.scrollTop = 0;
}

const term = (list, id) => {
  const found = config[list].find((entry) => entry.id === id);
  return found ? nameOf(found) : id;
};

function head(path, feature, sample, lead) {
  const { properties, geometry } = feature;
  return h(
    "div",
    { class: "head" },
    h("p", { class: "path" }, path.join(" › "), h("button", { type: "button", class: "close", title: t("clear"), "aria-label": t("clear"), onclick: () => select(null) }, icon("close"))),
    h("h2", { "data-field": "name" }, sample, nameOf(properties), qualityBadge(properties)),
    lead ? h("p", { class: "lead" }, lead) : null,
    cites(properties),
    geometry ? h("p", { class: "actions" }, h("button", { type: "button", class: "action", onclick: () => fit(feature) }, icon("fit"), t("fit"))) : null,
  );
}

function showDistrict() {
  const [district] = data.district;
  const { total } = data.byZone;
  const area = { geodesic_m2: district.properties.area_geodesic_m2, planar_m2: district.properties.area_planar_m2, stated_km2: district.properties.official_km2 };
  area.difference_km2 = area.geodesic_m2 / 1e6 - area.stated_km2;
  area.difference_percent = (area.difference_km2 / area.stated_km2) * 100;
  return [
    h("div", { class: "head" }, h("h2", { "data-field": "name" }, t("overview"), qualityBadge(district.properties)), h("p", { class: "lead" }, t("overview.lead", { areas: data.areas.length, projects: total.projects.count }))),
    h("section", { class: "block" }, h("p", { class: "big" }, h("b", { "data-field": "count" }, plain(total.projects.count)), t("projectsHere")), stageCounts(total.projects), coverage()),
    block(t("zoneByStage"), zoneTable(), closingSum(data.byZone), h("p", { class: "quiet" }, t("rule.main"))),
    block(t("area"), areaTable(area, { stated: "area.official" })),
    block(t("byCategory"), categoryCounts(total.projects)),
  ];
}

function coverage() {
  const { total, unplaced } = data.byZone;
  const values = {
    n: plain(total.projects.count - unplaced.projects.count),
    total: plain(total.projects.count),
    named: plain(total.projects.by_kind.named - unplaced.projects.by_kind.named),
    namedTotal: plain(total.projects.by_kind.named),
  };
  return h("p", { class: "quiet", "data-field": "coverage" }, t("coverage", values));
}

function zoneTable() {
  const stages = config.stages.filter((stage) => data.byZone.total.projects.by_stage[stage.id] > 0);
  const row = (name, projects, attributes = {}) => h("tr", attributes, h("th", { scope: "row" }, name), stages.map((stage) => h("td", {}, plain(projects.by_stage[stage.id]))), h("td", {}, h("b", {}, plain(projects.count))));
  return h(
    "table",
    { class: "zone-table" },
    h("thead", {}, h("tr", {}, h("td"), stages.map((stage) => h("th", { scope: "col" }, stageMark(stage.id, { size: 9 }), h("span", {}, nameOf(stage)))), h("th", { scope: "col" }, t("sum")))),
    h(
      "tbody",
      {},
      data.zones.map((zone) => row(door("zones", zone), data.rows.zones.get(zone.id).projects, { "data-zone": zone.id })),
      row(t("outside"), data.byZone.outside.projects),
      row(t("unplaced"), data.byZone.unplaced.projects),
      row(t("sum"), data.byZone.total.projects, { class: "total" }),
    ),
  );
}

function showZone(zone) {
  const { properties } = zone;
  const row = data.rows.zones.get(zone.id);
  const key = config.zoneKeys[zone.id] ?? "other";
  const slots = properties.structure.slots.map((slot) => {
    const area = data.byId.areas.get(slot.area_id);
    return h("li", {}, h("small", {}, slot.slot), area ? door("areas", area) : nameOf(slot));
  });
  return [
    head([t("district"), t("zones"), zone.id], zone, h("i", { class: `swatch zone-sample zone-${key}` }), inLanguage(properties, "theme")),
    block(t("area"), areaTable(row.area, { approx: properties.stated_is_approx }), h("p", { class: "quiet" }, t("schematic.note", { n: number(properties.uncertainty_m) }))),
    block(`${t("structure")} · ${nameOf(properties.structure)}`, h("ul", { class: "slots" }, slots), factList([[t("extent"), inLanguage(properties, "extent")]])),
    counts(row, t("rule.main"), closingSum(data.byZone, zone.id)),
    block(t("byCategory"), categoryCounts(row.projects)),
    areasIn(zone),
    members("zones", zone.id),
    provenance(properties),
  ];
}

/** Return a door to every area of a zone: the map alone would leave small ones out of reach of the keyboard. */
function areasIn(zone) {
  const areas = data.areas.filter(({ properties }) => properties.zones.some((place) => place.id === zone.id));
  return areas.length ? block(`${t("areasHere")} · ${areas.length}`, h("p", { class: "chips" }, areas.map((area) => door("areas", area)))) : null;
}

function showArea(area) {
  const { properties } = area;
  const row = data.rows.areas.get(area.id);
  const parent = data.byId.areas.get(properties.parent);
  const zones = properties.zones.map((zone) => door("zones", data.byId.zones.get(zone.id), share(zone)));
  const hasArea = row.area.geodesic_m2 !== null || row.area.stated_km2 !== null;
  return [
    head([t("district"), term("areaKinds", properties.kind), area.id], area, null, inLanguage(properties, "positioning")),
    block(
      t("details"),
      factList([
        [t("extent"), inLanguage(properties, "extent")],
        [t("inZone"), zones],
        [t("parent"), parent ? door("areas", parent) : null],
        [t("alias"), properties.aliases.join("、")],
        [t("construction"), properties.stated_construction_km2 === null ? null : `${number(properties.stated_construction_km2, 1)} km²（${t("area.stated")}）`],
        [t("length"), properties.length_m === null ? null : `${number(properties.length_m / 1000, 2)} km`],
      ]),
    ),
    hasArea ? block(t("area"), areaTable(row.area, { approx: properties.stated_is_approx }), properties.method === "scale" ? h("p", { class: "quiet" }, t("scaled.note")) : null) : null,
    properties.uncertainty_m ? h("p", { class: "quiet note" }, t("schematic.note", { n: number(properties.uncertainty_m) })) : null,
    counts(row, t("rule.areas")),
    members("areas", area.id),
    provenance(properties),
  ];
}

const share = (place) => (place.basis === "plan" ? t("planSays") : `${number(place.share * 100, place.share < 0.9995 ? 1 : 0)}%`);

function counts(row, rule, sum = null) {
  const extra = row.by_plan_only ? h("p", { class: "quiet" }, t("byPlanOnly", { n: row.by_plan_only })) : null;
  return h("section", { class: "block" }, h("p", { class: "big" }, h("b", { "data-field": "count" }, plain(row.projects.count)), t("projectsHere")), row.projects.count ? stageCounts(row.projects) : null, extra, sum, h("p", { class: "quiet" }, rule));
}

function members(kind, id) {
  const projects = data.projects.filter((project) => project.properties[kind].some((place) => place.id === id));
  return projects.length ? block(`${t("members")} · ${projects.length}`, projectList(projects)) : null;
}

function showProject(project) {
  const { properties } = project;
  const places = (kind) => properties[kind].map((place) => door(kind, data.byId[kind].get(place.id), share(place)));
  const parent = data.byId.projects.get(properties.parent);
  return [
    head([t("projects"), term("categories", properties.category), project.id], project, stageMark(properties.stage, { ring: properties.location_kind === "site" })),
    block(
      t("details"),
      factList([
        [t("stage"), [stageName(properties.stage), properties.stage_basis === "derived" ? h("small", {}, ` ${t("derived", { verb: properties.status_verb })}`) : null]],
        [t("status"), term("planStatuses", properties.plan_status)],
        [t("category"), term("categories", properties.category)],
        [t("kind"), term("projectKinds", properties.kind)],
        [t("count"), properties.count === null ? null : `${number(properties.count)} ${properties.count_unit ?? ""}`],
        [t("parent"), parent ? door("projects", parent) : null],
        [t("alias"), properties.aliases.join("、")],
      ]),
    ),
    block(t("location"), project.geometry ? null : h("p", { class: "quiet" }, t("noGeometry")), factList([[t("location"), term("locationKinds", properties.location_kind)], [t("basis"), properties.basis], [t("inZone"), places("zones")], [t("inAreas"), places("areas")]])),
    provenance(properties),
  ];
}

function provenance(properties) {
  return block(t("source"), factList([[t("source"), properties.source], [t("uncertainty"), properties.uncertainty_m ? `±${number(properties.uncertainty_m)} m` : null], [t("note"), properties.note]]));
}

function showList(ids) {
  const projects = ids.map((id) => data.byId.projects.get(id)).filter(Boolean);
  return [
    h("div", { class: "head" }, h("p", { class: "path" }, t("projects"), h("button", { type: "button", class: "close", title: t("clear"), "aria-label": t("clear"), onclick: () => select(null) }, icon("close"))), h("h2", { "data-field": "name" }, t("list", { n: projects.length }))),
    h("section", { class: "block" }, projectList(projects)),
  ];
}
