// The parts of the page around the messages: heading, thread, and what stands above the first message.

import { at, avatar, become, element, icon } from "./dom.js";
import { drawMessages } from "./messages.js";
import { timeButton } from "./time.js";
import { t } from "./words.js";

export const atBottom = (scroller) => scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight < 90;

export function bottom(id) {
  at(id).scrollTop = at(id).scrollHeight;
}

// The name of what is open, and the title of the window with what is unread elsewhere.
export function drawTop(page, conversation) {
  const { kind } = conversation;
  const name = kind === "home" ? t("home") : kind === "direct" ? "Confrère" : conversation.name;
  const mark = { channel: () => element("span", { class: "hash", "aria-hidden": "true" }, "#"), group: () => icon("people"), home: () => icon("home"), direct: () => avatar({ initials: "C" }, "small") }[kind]();
  const others = conversation.members.map((one) => one.name);
  const under = kind === "group" && !others.every((one) => name.includes(one)) ? others.join(", ") : conversation.topic;
  const drawerButton = element("button", { type: "button", class: "icon-button drawer-button", "aria-label": t("menu"), "aria-controls": "sidebar", id: "drawer", onclick: () => page.drawer(true) }, icon("bars"));
  const heading = element("h1", { id: "place" }, mark, element("span", {}, name));
  const topic = under ? element("p", { class: "topic", id: "topic" }, under) : null;
  become(at("top"), element("header", { class: "top", id: "top" }, drawerButton, heading, topic, timeButton(page)));
  const unread = page.state.conversations.reduce((sum, one) => sum + (one.id === page.conversation ? 0 : one.unread), 0);
  document.title = `${unread ? `(${unread}) ` : ""}${name} · Confrère`;
  at("main").setAttribute("aria-label", name);
  at("scroller").setAttribute("aria-label", name);
}

// The thread beside the messages.
export function drawThread(page) {
  const pane = at("thread");
  const there = Boolean(page.thread && page.answers);
  pane.hidden = !there;
  if (!there) return;
  pane.setAttribute("aria-label", t("thread"));
  const close = element("button", { type: "button", class: "icon-button", "aria-label": t("close"), onclick: () => page.closeThread() }, icon("close"));
  at("thread-top").replaceChildren(element("h2", {}, t("thread")), element("p", { class: "topic" }, page.view.conversation.kind === "channel" ? `#${page.answers.conversation.name}` : page.answers.conversation.name), close);
  const stuck = atBottom(at("thread-scroller"));
  drawMessages(at("thread-messages"), page.answers.messages, page, { thread: true });
  if (stuck) bottom("thread-scroller");
}

// What stands above the first message: that there is none, or that there are earlier ones.
export function drawEdge(page, messages, home) {
  at("scroller").querySelector(".edge")?.remove();
  const kind = page.view.conversation.kind;
  const empty = home ? "nothing_home" : kind === "direct" ? "nothing_direct" : "nothing_here";
  const earlier = page.older.length ? page.older.earlier : page.view.earlier;
  if (messages.length && !earlier) return;
  at("messages").before(
    element("div", { class: "edge" }, messages.length ? element("button", { type: "button", class: "button secondary", onclick: page.showEarlier }, t("earlier")) : element("p", {}, t(empty))),
  );
}
