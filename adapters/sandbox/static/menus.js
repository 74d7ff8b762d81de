// Menus on a member and on a message: what the bot offers there.

import { avatar, beside, element } from "./dom.js";
import { steps } from "./messages.js";
import { clockAt, t } from "./words.js";

function show(menu, anchor) {
  document.querySelector(".floating-menu")?.remove();
  document.body.append(menu);
  menu.addEventListener("toggle", (event) => {
    if (event.newState === "closed") {
      menu.remove();
      if (document.activeElement === document.body) anchor.focus?.();
    }
  });
  menu.addEventListener("keydown", (event) => steps(event, [...menu.querySelectorAll("[role=menuitem]")]));
  menu.showPopover();
  beside(menu, anchor);
  menu.querySelector("[role=menuitem]")?.focus();
}

const entry = (menu, words, run) =>
  element(
    "button",
    {
      type: "button",
      role: "menuitem",
      tabindex: -1,
      onclick: () => {
        menu.hidePopover();
        run();
      },
    },
    words,
  );

export function memberMenu(anchor, id, page) {
  const person = page.person(id);
  if (!person) return;
  const menu = element("div", { class: "floating-menu member-menu", popover: "auto", role: "menu", "aria-label": t("profile_of", { name: person.name }) });
  menu.append(
    element(
      "div",
      { class: "member-card", role: "presentation" },
      avatar(person, "large"),
      element("div", {}, element("strong", {}, person.name), element("small", {}, [person.animator ? t("animator") : "", person.language, t("local_time", { time: clockAt(person.zone) })].filter(Boolean).join(" · "))),
    ),
    ...page.state.commands
      .filter((command) => command.memberMenu)
      .map((command) => entry(menu, command.memberMenu, () => page.command(command.name, command.memberOption ? { [command.memberOption]: { member: id } } : {}))),
    ...(id === page.state.me.id ? [entry(menu, t("leave"), () => page.leave())] : [entry(menu, t("be_them", { name: person.name }), () => page.be(id))]),
  );
  show(menu, anchor);
}

export function messageMenu(anchor, message, page, thread) {
  const menu = element("div", { class: "floating-menu", popover: "auto", role: "menu", "aria-label": t("actions") });
  menu.append(...page.state.commands.filter((command) => command.messageMenu).map((command) => entry(menu, command.messageMenu, () => page.command(command.name, {}, { message, thread }))));
  show(menu, anchor);
}
