// The sandbox's time, where it can be moved: what it is, where it can go, what came of it.

import { at, beside, become, element, icon } from "./dom.js";
import { dated, hour, instant, many, t } from "./words.js";

const alive = new WeakSet();
let moving = false;

// The button in the heading; null where the time is the machine's.
export function timeButton(page) {
  if (!page.state.time) return null;
  return element(
    "button",
    { type: "button", class: "time-button", id: "time", popovertarget: "time-panel", "aria-haspopup": "dialog", "aria-label": t("time", { time: instant() }), "aria-busy": page.state.time.moving ? "true" : null },
    icon("clock"),
    element("span", { class: "time-date" }, dated()),
    element("span", { class: "time-hour" }, hour()),
  );
}

// What opens under it.
export function drawTime(panel, page, link) {
  const { time } = page.state;
  if (!time) {
    if (panel.matches(":popover-open")) panel.hidePopover();
    return;
  }
  if (moving && !time.moving) page.say(t("time_arrived", { time: instant() }));
  ({ moving } = time);
  const busy = time.moving ? "true" : null;
  const move = (name, iso) =>
    element("button", { type: "button", class: "time-choice", id: `time-${name}`, "aria-disabled": busy, data: { to: name } }, element("span", {}, t(`time_${name}`)), element("small", {}, dated(iso)));
  become(
    at("time-content"),
    element(
      "div",
      { id: "time-content" },
      element("div", { class: "time-heading", id: "time-heading" }, element("h2", { id: "time-title" }, t("time_title")), element("small", {}, time.zone.replaceAll("_", " "))),
      element("p", { class: "hint", id: "time-hint" }, t("time_hint")),
      element("div", { class: "time-choices", id: "time-choices" }, move("day", time.day), move("monday", time.monday)),
      element(
        "form",
        { class: "field time-form", id: "time-form", novalidate: true },
        element("label", { for: "time-local" }, t("time_date")),
        element("input", { type: "datetime-local", id: "time-local", value: time.local, required: true }),
        element("button", { type: "submit", class: "button primary", id: "time-go", "aria-disabled": busy }, t("time_go")),
      ),
      element("div", { class: "time-news", id: "time-news", role: "status" }, news(page, link)),
    ),
  );
  if (!alive.has(panel)) enliven(panel, page);
}

function news(page, link) {
  const { time } = page.state;
  if (time.moving) return [element("p", {}, t("time_passes", { time: instant(time.to) }))];
  if (!time.since) return [];
  const names = new Map(page.state.conversations.map((one) => [one.id, nameOf(one)]));
  const places = time.news.filter((one) => names.has(one.conversation));
  return [
    element("p", {}, t(places.length ? "time_news" : "time_nothing", { time: instant(time.since) })),
    places.length
      ? element("ul", {}, places.map((one) => element("li", {}, element("a", { href: link(one.conversation), id: `news-${one.conversation}` }, element("span", {}, names.get(one.conversation)), element("small", {}, many("messages", one.count))))))
      : null,
  ];
}

function nameOf({ kind, name, members }) {
  if (kind === "channel") return `#${name}`;
  return kind === "direct" ? t("direct") : members.map((one) => one.name).join(", ") || name;
}

// A press while time passes is refused by the workspace, in words.
function enliven(panel, page) {
  alive.add(panel);
  panel.addEventListener("toggle", (event) => {
    if (event.newState !== "open") return;
    beside(panel, at("time"));
    panel.querySelector("button").focus();
  });
  panel.addEventListener("click", (event) => {
    const choice = event.target.closest("[data-to]");
    if (choice) page.forward(choice.dataset.to);
    if (event.target.closest("a")) panel.hidePopover();
  });
  panel.addEventListener("submit", (event) => {
    event.preventDefault();
    page.forward("date", at("time-local").value);
  });
}
