// A list of messages, by day and author, and what can be done on them: press, choose, answer.

import { confirm } from "./dialogs.js";
import { avatar, beside, element, icon, reconcile } from "./dom.js";
import { ago, clock, day, full, many, t, tellTimes } from "./words.js";

const TOGETHER = 5 * 60 * 1000;

export function drawMessages(list, messages, page, { thread = false, plain = false } = {}) {
  const items = [];
  let before = null;
  for (const message of messages) {
    const today = day(message.at);
    if (!plain && (!before || day(before.at) !== today)) {
      items.push({ key: `day-${message.at.slice(0, 10)}-${message.id}`, signature: today, day: today });
      before = null;
    }
    const continued =
      !plain && before && before.author.id === message.author.id && before.private === message.private && new Date(message.at) - new Date(before.at) < TOGETHER && !(thread && before === messages[0]);
    items.push({
      key: message.id,
      signature: [message.version, continued, message.answers, message.answered_at, page.state.locale, plain].join("|"),
      message,
      continued,
    });
    before = message;
  }
  reconcile(list, items, (item) => (item.day ? separator(item.day) : build(item.message, item.continued, page, thread, plain)));
  for (const time of list.querySelectorAll("time[data-ago]")) time.textContent = ago(time.dateTime);
}

const separator = (words) => element("li", { class: "day", role: "presentation" }, element("span", {}, words));

function build(message, continued, page, thread, plain) {
  const { author } = message;
  const content = element("div", { class: "content" });
  content.innerHTML = message.html;
  tellTimes(content);
  enliven(content, message, page);
  if (plain) return element("li", { class: "message plain", data: { id: message.id } }, content);
  const opens = author.bot
    ? { tag: "span", properties: {} }
    : { tag: "button", properties: { type: "button", "aria-haspopup": "menu", data: { person: author.id } } };
  const name = element(opens.tag, { ...opens.properties, class: "author" }, author.name);
  const heading = continued
    ? element("span", { class: "unseen" }, author.name)
    : element("div", { class: "heading" }, name, author.bot ? element("span", { class: "badge" }, t("app")) : null, element("time", { datetime: message.at, title: full(message.at), data: { ago: "" } }, ago(message.at)));
  const face = continued ? element("time", { class: "side", datetime: message.at, title: full(message.at) }, clock(message.at)) : avatar(author);
  return element(
    "li",
    { class: `message ${continued ? "continued" : ""} ${message.private ? "private" : ""}`, data: { id: message.id }, "aria-label": `${author.name}, ${full(message.at)}` },
    element("div", { class: "face" }, face),
    element(
      "div",
      { class: "body" },
      message.private ? element("p", { class: "only-you" }, icon("eye"), t("only_you")) : null,
      heading,
      content,
      message.answers && !thread ? answers(message, page) : null,
    ),
    tools(message, page, thread),
  );
}

function answers(message, page) {
  const faces = message.answered_by.map((id) => page.person(id)).map((one) => avatar(one ?? { initials: "C" }, "tiny"));
  return element("button", { type: "button", class: "answers", data: { thread: message.id }, onclick: () => page.openThread(message.id) }, element("span", { class: "faces" }, faces), many("answers", message.answers));
}

function tools(message, page, thread) {
  const menu = page.state.commands.some((command) => command.messageMenu);
  const direct = page.view?.conversation.kind === "direct";
  const answer = !thread && !message.private && !direct;
  if (!answer && !menu) return null;
  return element(
    "div",
    { class: "tools" },
    answer ? element("button", { type: "button", class: "icon-button", "aria-label": t("answer_thread"), title: t("answer_thread"), onclick: () => page.openThread(message.id) }, icon("bubble")) : null,
    menu ? element("button", { type: "button", class: "icon-button", "aria-haspopup": "menu", "aria-label": t("actions"), title: t("actions"), data: { menu: message.id } }, icon("dots")) : null,
  );
}

// Brings the mentions, buttons and lists of a card to life.
function enliven(content, message, page) {
  const busy = async (button, what) => {
    if (button.getAttribute("aria-busy")) return;
    button.setAttribute("aria-busy", "true");
    try {
      await what();
    } finally {
      button.removeAttribute("aria-busy");
    }
  };
  for (const mention of content.querySelectorAll(".mention[data-person], .mention[data-channel]")) {
    mention.tabIndex = 0;
    mention.setAttribute("role", "button");
    mention.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" && event.key !== " ") return;
      event.preventDefault(); // or the key would press the first entry of the menu it opens
      mention.click();
    });
  }
  for (const button of content.querySelectorAll("button[data-action]")) {
    button.addEventListener("click", () =>
      busy(button, async () => {
        const { confirm: question, confirmTitle, confirmBack } = button.dataset;
        const danger = button.classList.contains("danger");
        if (question && !(await confirm(confirmTitle, question, button.textContent, confirmBack, danger))) return;
        await page.press(message, button.dataset.action);
      }),
    );
  }
  for (const select of content.querySelectorAll(".select")) {
    const menu = select.querySelector("[popover]");
    const opener = select.querySelector(".opener");
    const { action, minimum, maximum } = select.dataset;
    const send = (values) => {
      menu.hidePopover();
      return busy(opener, () => page.press(message, action, values));
    };
    menu.addEventListener("toggle", (event) => {
      if (event.newState !== "open") return;
      beside(menu, opener);
      menu.querySelector("button, input")?.focus();
    });
    menu.addEventListener("keydown", (event) => steps(event, [...menu.querySelectorAll("button, input")]));
    for (const choice of menu.querySelectorAll("[data-value]")) choice.addEventListener("click", () => send([choice.dataset.value]));
    menu.querySelector("[data-apply]")?.addEventListener("click", () => {
      const values = [...menu.querySelectorAll("input:checked")].map((one) => one.value);
      if (values.length < minimum) page.say(t("at_least", { count: minimum }));
      else if (values.length > maximum) page.say(t("at_most", { count: maximum }));
      else send(values);
    });
  }
}

// Moves among entries with the arrows.
export function steps(event, entries) {
  const move = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (!move || !entries.length) return;
  event.preventDefault();
  entries[(entries.indexOf(document.activeElement) + move + entries.length) % entries.length].focus();
}
