// Dialogs: forms of the bot, confirmations, who to be, and somebody joining.

import { avatar, element } from "./dom.js";
import { finder } from "./finders.js";
import { fold, many, t } from "./words.js";

function open(dialog) {
  document.body.append(dialog);
  dialog.addEventListener("close", () => dialog.remove());
  dialog.showModal();
  return dialog;
}

// Opens a form of the bot; `send(values)` returns the outcome. What is typed stays until it is accepted.
export function openForm(form, context, send) {
  const dialog = element("dialog", { class: "dialog form-dialog", "aria-labelledby": "form-title" });
  dialog.innerHTML = form.html;
  const content = dialog.querySelector("form");
  const settling = [...content.querySelectorAll("input[data-source]")].map((input) => finder(input, context));
  for (const input of content.querySelectorAll("[maxlength]")) counter(input);
  content.querySelector("[data-cancel]").addEventListener("click", () => dialog.close());
  content.addEventListener("submit", async (event) => {
    event.preventDefault();
    const button = content.querySelector("[type=submit]");
    if (button.disabled) return;
    button.disabled = true;
    content.setAttribute("aria-busy", "true");
    try {
      await Promise.all(settling.map((settle) => settle()));
      const outcome = await send(collect(content));
      if (Object.keys(outcome.errors).length) showErrors(content, outcome.errors);
      else dialog.close();
    } catch (error) {
      complain(content, error.message);
    } finally {
      button.disabled = false;
      content.removeAttribute("aria-busy");
    }
  });
  open(dialog);
  content.querySelector(".field input, .field textarea, .field select")?.focus();
}

function collect(content) {
  const values = {};
  for (const field of content.querySelectorAll("[data-field]")) {
    const name = field.dataset.field;
    const input = field.querySelector("input, textarea, select");
    const chosen = [...field.querySelectorAll("input:checked")].map((one) => one.value);
    const kind = field.dataset.kind;
    if (kind === "several") values[name] = chosen;
    else if (kind === "one") values[name] = input.type === "radio" ? (chosen[0] ?? "") : input.value;
    else if (kind === "member" || kind === "channel") values[name] = input.dataset.value ? { [kind]: input.dataset.value } : "";
    else if (kind === "search") values[name] = input.dataset.value || input.value;
    else values[name] = input.value;
  }
  return values;
}

function showErrors(content, errors) {
  let first;
  for (const field of content.querySelectorAll("[data-field]")) {
    const message = errors[field.dataset.field] ?? "";
    field.querySelector(".error").textContent = message;
    const described = field.querySelector("[aria-describedby]");
    if (message) {
      described.setAttribute("aria-invalid", "true");
      first ??= field.querySelector("input, textarea, select");
    } else described.removeAttribute("aria-invalid");
  }
  complain(content, many("errors", Object.keys(errors).length));
  first?.focus();
  first?.closest(".field").scrollIntoView({ block: "center" });
}

function complain(content, message) {
  const problem = content.querySelector(".form-problem");
  problem.textContent = message;
  problem.hidden = false;
}

function counter(input) {
  const maximum = Number(input.getAttribute("maxlength"));
  const shown = element("span", { class: "counter", "aria-hidden": "true" });
  const update = () => {
    const count = [...input.value].length;
    shown.textContent = `${count} / ${maximum}`;
    shown.classList.toggle("near", count > maximum * 0.9);
  };
  input.addEventListener("input", update);
  update();
  input.after(shown);
}

// Asks before something counts; resolves to true or false.
export function confirm(title, message, yes, no, danger = false) {
  return new Promise((resolve) => {
    const dialog = element(
      "dialog",
      { class: "dialog confirm", "aria-labelledby": "confirm-title", "aria-describedby": "confirm-text", role: "alertdialog" },
      element("h2", { id: "confirm-title" }, title),
      element("p", { id: "confirm-text" }, message),
      element(
        "div",
        { class: "form-buttons" },
        element("button", { type: "button", class: "button secondary", autofocus: true, onclick: () => dialog.close("") }, no),
        element("button", { type: "button", class: `button ${danger ? "danger" : "primary"}`, onclick: () => dialog.close("yes") }, yes),
      ),
    );
    dialog.addEventListener("close", () => resolve(dialog.returnValue === "yes"));
    open(dialog);
  });
}

// Who to be, found among all; `be(id)` and `join(values)` are told.
export function openPeople(state, { be, join, required = false }) {
  const search = element("input", { type: "search", class: "search", placeholder: t("find_somebody"), "aria-label": t("find_somebody"), autocomplete: "off" });
  const list = element("ul", { class: "people" });
  const fill = () => {
    const wanted = fold(search.value);
    const found = state.people.filter((one) => one.folded.includes(wanted));
    list.replaceChildren(
      ...found.map((one) =>
        element(
          "li",
          {},
          element(
            "button",
            {
              type: "button",
              class: "person",
              "aria-current": one.id === state.me?.id ? "true" : null,
              onclick: () => {
                dialog.close();
                be(one.id);
              },
            },
            avatar(one),
            element("span", { class: "person-name" }, one.name, element("small", {}, one.language)),
            one.animator ? element("span", { class: "badge" }, t("animator")) : null,
          ),
        ),
      ),
      ...(found.length ? [] : [element("li", { class: "nothing" }, t("nobody_found"))]),
    );
  };
  search.addEventListener("input", fill);
  search.addEventListener("keydown", (event) => {
    if (event.key === "Enter" || event.key === "ArrowDown") {
      event.preventDefault();
      const first = list.querySelector("button");
      if (event.key === "Enter") first?.click();
      else first?.focus();
    }
  });
  list.addEventListener("keydown", (event) => {
    const buttons = [...list.querySelectorAll("button")];
    const next = buttons.indexOf(document.activeElement) + ({ ArrowDown: 1, ArrowUp: -1 }[event.key] ?? 0);
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      (buttons[next] ?? search).focus();
    }
  });
  fill();
  const dialog = element(
    "dialog",
    { class: "dialog people-dialog", "aria-labelledby": "people-title" },
    element("h2", { id: "people-title" }, t("be_somebody")),
    element("p", { class: "hint" }, t("be_hint")),
    search,
    list,
    element(
      "div",
      { class: "form-buttons" },
      required ? null : element("button", { type: "button", class: "button secondary", onclick: () => dialog.close() }, t("cancel")),
      element(
        "button",
        {
          type: "button",
          class: "button primary",
          onclick: () => {
            dialog.close();
            openJoin(state, join, required && (() => openPeople(state, { be, join, required })));
          },
        },
        t("somebody_joins"),
      ),
    ),
  );
  if (required) dialog.addEventListener("cancel", (event) => event.preventDefault());
  open(dialog);
  search.focus();
}

// Somebody joins: name, language, and what the platform would know of them.
export function openJoin(state, join, back) {
  const problem = element("p", { class: "error", id: "join-problem", role: "alert" });
  const name = element("input", { type: "text", id: "join-name", maxlength: 80, autocomplete: "off", "aria-describedby": "join-problem", "aria-required": "true" });
  const language = element("select", { id: "join-language" }, state.languages.map((one) => element("option", { value: one.value, selected: one.value === state.locale }, one.label)));
  const administrator = element("input", { type: "checkbox", id: "join-administrator", checked: !state.people.length });
  const closed = element("input", { type: "checkbox", id: "join-closed" });
  const tick = (input, key) => element("label", { class: "choice", for: input.id }, input, element("span", { class: "choice-words" }, element("span", {}, t(key))));
  const dialog = element(
    "dialog",
    { class: "dialog form-dialog", "aria-labelledby": "join-title" },
    element(
      "form",
      {
        class: "form",
        method: "dialog",
        novalidate: true,
        onsubmit: async (event) => {
          event.preventDefault();
          try {
            await join({
              name: name.value,
              locale: language.value,
              administrator: administrator.checked,
              dm_closed: closed.checked,
              zone: Intl.DateTimeFormat().resolvedOptions().timeZone || "Europe/Paris",
            });
            dialog.close("joined");
          } catch (error) {
            problem.textContent = error.message;
            name.setAttribute("aria-invalid", "true");
            name.focus();
          }
        },
      },
      element("h2", { id: "join-title" }, t("somebody_joins")),
      element("div", { class: "field" }, element("label", { for: "join-name" }, t("join_name")), name, problem),
      element("div", { class: "field" }, element("label", { for: "join-language" }, t("join_language")), language),
      element("div", { class: "field choices" }, tick(administrator, "join_administrator"), tick(closed, "join_closed")),
      element(
        "div",
        { class: "form-buttons" },
        element("button", { type: "button", class: "button secondary", onclick: () => dialog.close() }, t("cancel")),
        element("button", { type: "submit", class: "button primary" }, t("join")),
      ),
    ),
  );
  if (back) dialog.addEventListener("close", () => dialog.returnValue === "joined" || back());
  open(dialog);
  name.focus();
}
