"""Projects of the plan, listed by hand from its chapters."""

# From the plan's inventory: chapter 4, section 2, boxes 2 and 3, and the projects' own names.
UNDER_CONSTRUCTION_IN_THE_CENTRE = {
    "P-sdu-park",
    "P-design-park-up",
    "P-jinan-cc",
    "P-sci-demo",
    "P-qianfo",
    "P-yangguang",
    "P-zk5g",
    "P-5giot",
    "P-energy-park",
    "P-dangjia-city",
    "P-nbk-digi",
    "P-djg-tech",
    "P-erhuanxi4",
}
