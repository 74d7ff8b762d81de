// What completes an input: members, channels, choices, or the bot's own suggestions.

import { combobox } from "./combobox.js";
import { avatar, element } from "./dom.js";
import { fold, t } from "./words.js";

function ranked(entries, words) {
  const wanted = fold(words.replace(/^[@#]/, ""));
  const rank = (entry) => {
    const name = fold(entry.label);
    if (name.startsWith(wanted)) return 0;
    return name.split(/[\s-]+/).some((part) => part.startsWith(wanted)) ? 1 : name.includes(wanted) ? 2 : 9;
  };
  return entries
    .map((entry, index) => [rank(entry), index, entry])
    .filter(([score]) => score < 9)
    .sort((one, other) => one[0] - other[0] || one[1] - other[1])
    .map(([, , entry]) => entry)
    .slice(0, 25);
}

export function sources(context) {
  const { state } = context;
  return {
    member: (words) =>
      ranked(state.people.map((one) => ({ value: one.id, label: one.name, hint: one.animator ? t("animator") : "", avatar: avatar(one, "small") })), words),
    channel: (words) => ranked(state.conversations.filter((one) => one.kind === "channel").map((one) => ({ value: one.id, label: one.name, hint: one.topic, avatar: element("span", { class: "hash", "aria-hidden": "true" }, "#") })), words),
    yes: (words) => ranked([{ value: "true", label: t("yes") }, { value: "false", label: t("no") }], words),
  };
}

// Completes an input that says its source in `data-source`; the value chosen is in `data-value`, empty for words typed freely.
export function finder(input, context, { choices = [], above = false, chosen = () => {}, anchor = input } = {}) {
  const known = sources(context);
  const source = input.dataset.source;
  const complete = async (words) => {
    if (source === "choice") return ranked(choices, input.dataset.value ? "" : words);
    if (source === "search") return (await context.suggest(input.dataset.suggest, words)).choices;
    return known[source](input.dataset.value ? "" : words);
  };
  input.dataset.value ??= "";
  input.addEventListener("input", () => {
    input.dataset.value = "";
  });
  // A whole name that was typed rather than chosen counts as chosen.
  const settle = async () => {
    if (input.dataset.value || !input.value || source === "search") return;
    const same = (await complete(input.value)).filter((choice) => fold(choice.label) === fold(input.value.trim().replace(/^[@#]/, "")));
    if (same.length === 1) input.dataset.value = same[0].value;
  };
  combobox(input, {
    complete,
    above,
    anchor,
    eager: above,
    choose: (choice) => {
      input.value = choice.label;
      input.dataset.value = choice.value;
      chosen();
    },
  });
  return settle;
}
