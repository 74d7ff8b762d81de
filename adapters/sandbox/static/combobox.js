// An input that completes what is typed, by keyboard and with a screen reader: the ARIA combobox with a list.

import { beside, element } from "./dom.js";
import { t } from "./words.js";

let counter = 0;

// `complete(words)` returns choices {value, label, hint, avatar?}; `choose(choice)` is told. `active()` says whether to complete now; `eager`: on focus already.
export function combobox(input, { complete, choose, active = () => true, above = false, open = true, empty = true, width = 0, anchor = input, eager = true }) {
  const list = element("div", { class: "completion", role: "listbox", id: `completion-${++counter}`, popover: "manual" });
  list.addEventListener("mousedown", (event) => event.preventDefault());
  list.addEventListener("click", (event) => event.target.closest(".option") || hide());
  input.after(list);
  input.setAttribute("role", "combobox");
  input.setAttribute("aria-autocomplete", "list");
  input.setAttribute("aria-controls", list.id);
  input.setAttribute("aria-expanded", "false");

  let choices = [];
  let current = -1;
  let round = 0;

  const shown = () => list.matches(":popover-open");

  function hide() {
    round += 1;
    if (shown()) list.hidePopover();
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
    current = -1;
  }

  function highlight(index) {
    current = index;
    [...list.querySelectorAll("[role=option]")].forEach((option, position) => {
      option.setAttribute("aria-selected", String(position === index));
      if (position === index) {
        input.setAttribute("aria-activedescendant", option.id);
        option.scrollIntoView({ block: "nearest" });
      }
    });
  }

  async function show() {
    if (!active()) return hide();
    const mine = ++round;
    const found = await complete(input.value);
    if (mine !== round || !input.isConnected) return;
    choices = found;
    if (!choices.length && (!empty || !input.value)) return hide();
    list.replaceChildren(
      ...choices.map((choice, index) =>
        element(
          "div",
          {
            class: "option",
            role: "option",
            id: `${list.id}-${index}`,
            "aria-selected": "false",
            onclick: () => pick(index),
          },
          choice.avatar ?? null,
          element("span", { class: "option-words" }, element("b", {}, choice.label), choice.hint ? element("span", {}, choice.hint) : null),
        ),
      ),
      ...(choices.length ? [] : [element("p", { class: "nothing" }, t("no_completion"))]),
    );
    if (!shown()) list.showPopover();
    input.setAttribute("aria-expanded", "true");
    beside(list, input, { above, width: width || Math.max(280, input.offsetWidth), over: anchor });
    // Nothing typed, nothing chosen: Enter and Tab go on rather than take whoever happens to come first.
    highlight(choices.length && input.value ? 0 : -1);
  }

  function pick(index) {
    const choice = choices[index];
    hide();
    choose(choice);
  }

  input.addEventListener("input", show);
  input.addEventListener("focus", () => open && eager && show());
  input.addEventListener("click", () => open && !shown() && show());
  input.addEventListener("blur", hide);
  // Before whatever else listens on the input: while the list is shown, these keys are the list's.
  input.addEventListener("keydown", (event) => {
    if (!shown()) {
      if (event.key === "ArrowDown" && open) {
        event.preventDefault();
        show();
      }
      return;
    }
    const move = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (move && choices.length) {
      event.preventDefault();
      highlight((current + move + choices.length) % choices.length);
    } else if ((event.key === "Enter" || event.key === "Tab") && current >= 0 && !event.shiftKey) {
      if (event.key === "Enter" || !open) event.preventDefault();
      event.stopImmediatePropagation();
      pick(current);
    } else if (event.key === "Escape") {
      event.preventDefault();
      event.stopImmediatePropagation();
      hide();
    }
  }, { capture: true });
  return { hide, show };
}
