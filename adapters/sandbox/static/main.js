// The page: who I am, what is open, and keeping both in step with the server.

import { Composer } from "./composer.js";
import { confirm, openForm, openJoin, openPeople } from "./dialogs.js";
import { at } from "./dom.js";
import { memberMenu, messageMenu } from "./menus.js";
import { drawMessages } from "./messages.js";
import { atBottom, bottom, drawEdge, drawThread, drawTop } from "./panes.js";
import { act, ask, listen } from "./server.js";
import { drawSidebar } from "./sidebar.js";
import { drawTime } from "./time.js";
import { speak, t } from "./words.js";

const link = (conversation, thread = "") => `#${[page.me, conversation, thread].filter(Boolean).join("/")}`;

const page = {
  me: "",
  conversation: "",
  thread: "",
  state: null,
  view: null,
  answers: null,
  older: [],

  person: (id) => page.state.people.find((one) => one.id === id),
  context: () => ({ state: page.state, suggest: (name, words) => act({ do: "suggest", person: page.me, name, words }) }),
  openThread: (id) => go(link(page.conversation, id)),
  be: (id) => go(`#${id}`),
  say,
  drawer,
  closeThread,
  showEarlier,

  press: (message, name, chosen) => perform({ do: "press", name, message: message.id, values: chosen ? { values: chosen } : {} }),
  command: (name, values, where = {}) =>
    perform({ do: "command", name, values, conversation: where.conversation ?? page.conversation, thread: where.thread ?? "", message: where.message ?? "" }),
  async write(words, conversation, thread) {
    const outcome = await perform({ do: words.startsWith("/") ? "line" : "write", words, conversation, thread });
    if (outcome && !outcome.understood) say(t("no_command"));
    return Boolean(outcome?.understood);
  },
  forward: (name, words = "") => perform({ do: "time", name, words }),
  async leave() {
    if (!(await confirm(t("leave"), t("leave_sure", { name: page.state.me.name }), t("leave"), t("cancel"), true))) return;
    await perform({ do: "leave" });
    localStorage.removeItem("confrere.me");
    go("#");
  },
};

let composer;
let threadComposer;
let hush = () => {};
let waiting;

function say(words) {
  const status = at("status");
  status.textContent = words;
  status.classList.toggle("shown", Boolean(words));
  clearTimeout(say.timer);
  if (words) say.timer = setTimeout(() => say(""), 6000);
}

// Does something as me, shows what came of it, and tells what went wrong.
async function perform(what) {
  clearTimeout(waiting);
  waiting = setTimeout(() => say(t("waiting")), 700);
  try {
    const outcome = await act({ person: page.me, ...what });
    clearTimeout(waiting);
    if (at("status").textContent === t("waiting")) say("");
    await shown(outcome, what);
    return outcome;
  } catch (error) {
    clearTimeout(waiting);
    say(error.message);
    return null;
  }
}

async function shown(outcome, what) {
  const last = outcome.messages.at(-1);
  if (last && last.conversation !== page.conversation && what.do !== "home") go(link(last.conversation));
  else if (last?.thread && last.thread !== page.thread) go(link(page.conversation, last.thread));
  else await refresh();
  if (last) bottom(last.thread ? "thread-scroller" : "scroller");
  if (outcome.form && !Object.keys(outcome.errors).length) {
    const { submit, source, conversation, thread, html } = outcome.form;
    openForm({ html }, page.context(), async (values) => {
      const sent = await act({ do: "submit", person: page.me, name: submit, values, message: source, conversation, thread });
      await shown(sent, { do: "submit" });
      return sent;
    });
  }
}

function go(hash) {
  if (location.hash === hash) follow();
  else location.hash = hash;
}

// ------------------------------------------------------------ what is open

async function follow() {
  const [me = "", conversation = "", thread = ""] = decodeURIComponent(location.hash.slice(1)).split("/");
  for (const dialog of document.querySelectorAll("dialog[open]")) dialog.close();
  const wanted = me || localStorage.getItem("confrere.me") || "";
  const changed = wanted !== page.me || !page.state?.me;
  page.me = wanted;
  if (changed) {
    hush();
    page.older = [];
    if (!(await loadState())) {
      if (!me) page.me = "";
      return choosePerson();
    }
    localStorage.setItem("confrere.me", page.me);
    hush = listen(page.me, () => page.view && refresh(), (there) => connection(there));
  }
  const fallback = page.state.conversations[0]?.id ?? page.state.home;
  const opened = conversation || fallback;
  if (opened !== page.conversation || changed) {
    page.older = [];
    page.view = null;
    page.conversation = opened;
    if (opened === page.state.home) await act({ do: "home", person: page.me }).catch((error) => say(error.message));
  }
  page.thread = thread;
  drawer(false);
  await refresh();
  composers();
  if (opened === page.state.home) at("scroller").scrollTop = 0;
  else bottom("scroller");
  if (page.thread) {
    bottom("thread-scroller");
    at("thread-composer").querySelector("textarea")?.focus({ preventScroll: true });
  }
}

async function loadState() {
  page.state = await ask("state", { person: page.me });
  speak(page.state);
  document.title = "Confrère";
  return page.state.me;
}

// Who to begin as: an animator, who has the most to see, if possible in the browser's language; in an empty workspace, whoever joins first.
function choosePerson() {
  const animators = page.state.people.filter((one) => one.animator);
  const known = page.state.languages.map((one) => one.value);
  const spoken = navigator.languages.map((language) => language.slice(0, 2)).find((language) => known.includes(language));
  const somebody = animators.find((one) => one.locale.slice(0, 2) === spoken) ?? animators[0] ?? page.state.people[0];
  if (somebody && !page.me) return page.be(somebody.id);
  at("page").hidden = true;
  if (document.querySelector("dialog[open]")) return;
  const entering = { be: page.be, join, required: true };
  if (page.state.people.length) openPeople(page.state, entering);
  else openJoin(page.state, join, () => openJoin(page.state, join));
}

async function join(values) {
  const outcome = await act({ do: "join", values });
  page.be(outcome.person);
}

let refreshing = null;
let again = false;

// Fetches and draws everything that is open; calls that come meanwhile share the next round.
function refresh() {
  if (refreshing) {
    again = true;
    return refreshing;
  }
  refreshing = (async () => {
    do {
      again = false;
      await draw();
    } while (again);
  })().finally(() => {
    refreshing = null;
  });
  return refreshing;
}

async function draw() {
  const { me, conversation, thread } = page;
  try {
    const [state, view, answers] = await Promise.all([
      ask("state", { person: me }),
      ask("conversation", { person: me, id: conversation }),
      thread ? ask("thread", { person: me, id: thread }).catch(() => null) : null,
    ]);
    if (me !== page.me || conversation !== page.conversation || thread !== page.thread) {
      again = true;
      return;
    }
    if (!state.me) return void choosePerson();
    announce(view.messages);
    Object.assign(page, { state, view, answers });
    speak(state);
  } catch (error) {
    if (page.conversation !== page.state.conversations[0]?.id && !page.view) return void go(link(page.state.conversations[0].id));
    return void say(error.message);
  }
  drawPage();
}

function drawPage() {
  const { state, view } = page;
  const home = view.conversation.kind === "home";
  at("page").hidden = false;
  at("skip").textContent = t("skip");
  drawSidebar(at("sidebar"), page, { people: () => openPeople(page.state, { be: page.be, join }), link });
  at("page").classList.toggle("with-thread", Boolean(page.answers));
  drawTop(page, view.conversation);
  drawTime(at("time-panel"), page, link);
  const scroller = at("scroller");
  const stuck = atBottom(scroller);
  const messages = [...page.older, ...view.messages];
  drawMessages(at("messages"), messages, page, { plain: home });
  at("messages").classList.toggle("home-view", home);
  drawEdge(page, messages, home);
  if (stuck && !home) bottom("scroller");
  at("composer").hidden = home;
  drawThread(page);
  readNow();
}

async function showEarlier() {
  const first = [...page.older, ...page.view.messages][0];
  const scroller = at("scroller");
  const below = scroller.scrollHeight - scroller.scrollTop;
  const found = await ask("conversation", { person: page.me, id: page.conversation, before: first.number });
  page.older = Object.assign([...found.messages, ...page.older], { earlier: found.earlier });
  drawPage();
  scroller.scrollTop = scroller.scrollHeight - below;
}

function closeThread() {
  const opener = page.thread;
  go(link(page.conversation));
  at("messages").querySelector(`[data-id="${opener}"] .answers, [data-id="${opener}"] .tools button`)?.focus();
}

function composers() {
  const { kind, name } = page.view.conversation;
  const placeholder = kind === "direct" ? t("write_bot") : t("write_in", { name: kind === "channel" ? `#${name}` : name });
  const key = `${page.me}|${page.conversation}|${page.state.locale}`;
  if (composer?.key !== key) {
    composer = new Composer(at("composer"), page, () => ({ conversation: page.conversation, thread: "", placeholder }));
    composer.key = key;
  }
  if (page.thread && threadComposer?.key !== `${key}|${page.thread}`) {
    threadComposer = new Composer(at("thread-composer"), page, () => ({ conversation: page.conversation, thread: page.thread, placeholder: t("answer_thread") }));
    threadComposer.key = `${key}|${page.thread}`;
  }
}

// ------------------------------------------------------------ live

let wasThere = true;

function connection(there) {
  document.documentElement.dataset.connection = there ? "live" : "gone";
  if (there !== wasThere) say(t(there ? "online" : "offline"));
  wasThere = there;
}

function announce(messages) {
  if (page.view?.conversation.id !== page.conversation) return;
  const known = Math.max(0, ...page.view.messages.map((one) => one.number));
  const fresh = messages.filter((one) => one.number > known && one.author.id !== page.me).at(-1);
  if (fresh) at("announcer").textContent = fresh.private ? t("new_private") : t("new_message", { name: fresh.author.name });
}

function readNow() {
  const mine = page.state.conversations.find((one) => one.id === page.conversation);
  if (mine?.unread && document.visibilityState === "visible") act({ do: "read", person: page.me, conversation: page.conversation }).catch(() => {});
}

// ------------------------------------------------------------ the window

function drawer(open) {
  at("page").classList.toggle("drawer-open", open);
  at("veil").hidden = !open;
  if (open) at("sidebar").querySelector("[aria-current], a")?.focus();
}

document.addEventListener("click", (event) => {
  const member = event.target.closest(".author[data-person], .mention[data-person]");
  if (member) memberMenu(member, member.dataset.person, page);
  const channel = event.target.closest(".mention[data-channel]");
  if (channel) go(link(channel.dataset.channel));
  const menu = event.target.closest("[data-menu]");
  if (menu) messageMenu(menu, menu.dataset.menu, page, page.thread);
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || document.querySelector("dialog[open], :popover-open")) return;
  if (at("page").classList.contains("drawer-open")) drawer(false);
  else if (page.thread && !event.defaultPrevented) closeThread();
});
at("veil").addEventListener("click", () => drawer(false));
at("skip").addEventListener("click", (event) => {
  event.preventDefault();
  at("scroller").focus();
});
addEventListener("hashchange", follow);
document.addEventListener("visibilitychange", () => page.view && refresh());
setInterval(() => page.view && document.visibilityState === "visible" && drawPage(), 60000);
follow();
