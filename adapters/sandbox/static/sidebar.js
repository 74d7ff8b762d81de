// The sidebar: home, channels, messages and groups with what is unread, who I am, light or dark.

import { avatar, become, element, icon } from "./dom.js";
import { many, t } from "./words.js";

const THEMES = ["auto", "light", "dark"];

const theme = () => document.documentElement.dataset.theme ?? "auto";

function turn(to) {
  if (to === "auto") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = to;
  localStorage.setItem("confrere.theme", to);
}

export function drawSidebar(nav, page, { people, link }) {
  const { state } = page;
  const entry = (one, mark, name) =>
    element(
      "li",
      {},
      element(
        "a",
        {
          href: link(one.id),
          id: `place-${one.id}`,
          class: `place ${one.unread ? "unread" : ""}`,
          "aria-current": one.id === page.conversation ? "page" : null,
        },
        mark,
        element("span", { class: "place-name" }, name),
        one.unread ? element("span", { class: "count" }, element("span", { "aria-hidden": "true" }, String(one.unread)), element("span", { class: "unseen" }, many("unread", one.unread))) : null,
      ),
    );
  const section = (id, title, entries) => (entries.length ? [element("h2", { id }, title), element("ul", { id: `${id}-list`, "aria-labelledby": id }, entries)] : []);
  const of = (kind) => state.conversations.filter((one) => one.kind === kind);
  const fresh = element(
    "nav",
    { class: nav.className, id: nav.id, "aria-label": t("menu") },
    element("div", { class: "brand" }, element("span", { class: "mark", "aria-hidden": "true" }), element("span", { class: "wordmark" }, "Confrère"), element("span", { class: "tag" }, t("sandbox"))),
    element(
      "div",
      { class: "places" },
      element("ul", {}, entry({ id: state.home, unread: 0 }, icon("home"), t("home"))),
      section("places-channels", t("channels"), of("channel").map((one) => entry(one, element("span", { class: "hash", "aria-hidden": "true" }, "#"), one.name))),
      section("places-messages", t("messages"), of("direct").map((one) => entry(one, avatar({ initials: "C" }, "small"), t("direct")))),
      section("places-groups", t("groups"), of("group").map((one) => entry(one, icon("people"), one.members.map((other) => other.name).join(", ") || one.name))),
    ),
    element(
      "div",
      { class: "me" },
      element(
        "button",
        { type: "button", class: "me-button", id: "me", "aria-haspopup": "dialog", "aria-label": t("you_are", { name: state.me.name }), onclick: people },
        avatar(state.me),
        element("span", { class: "me-name" }, element("span", {}, state.me.name), element("small", {}, state.me.animator ? t("animator") : state.me.language)),
        icon("chevron"),
      ),
      themeButton(),
    ),
  );
  become(nav, fresh);
}

function themeButton() {
  const button = element("button", { type: "button", class: "icon-button", id: "theme" });
  const draw = () => {
    const name = t(`theme_${theme()}`);
    button.replaceChildren(icon({ auto: "half", light: "sun", dark: "moon" }[theme()]));
    button.setAttribute("aria-label", name);
    button.title = name;
  };
  button.addEventListener("click", () => {
    turn(THEMES[(THEMES.indexOf(theme()) + 1) % THEMES.length]);
    draw();
  });
  draw();
  return button;
}
