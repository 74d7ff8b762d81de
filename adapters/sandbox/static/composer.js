// Where one writes: plain words, or a slash command with its options described and completed.

import { combobox } from "./combobox.js";
import { element, icon } from "./dom.js";
import { finder } from "./finders.js";
import { fold, t } from "./words.js";

export class Composer {
  // `target()` says where it writes: {conversation, thread, placeholder}.
  constructor(root, page, target) {
    this.root = root;
    this.page = page;
    this.target = target;
    this.command = null;
    this.draw();
  }

  draw() {
    const { placeholder } = this.target();
    this.command = null;
    this.input = element("textarea", { rows: 1, class: "words-input", placeholder, "aria-label": placeholder, maxlength: 4000, autocomplete: "off", enterkeyhint: "send" });
    const slash = element(
      "button",
      {
        type: "button",
        class: "icon-button",
        "aria-label": t("commands"),
        title: t("commands"),
        onclick: () => {
          this.input.value = "/";
          this.input.focus();
          this.input.dispatchEvent(new Event("input"));
        },
      },
      icon("slash"),
    );
    const send = element("button", { type: "button", class: "icon-button send", "aria-label": t("send"), title: t("send"), onclick: () => this.sendWords() }, icon("send"));
    this.root.replaceChildren(element("div", { class: "box" }, slash, element("div", { class: "holder" }, this.input), send));
    this.completion = combobox(this.input, {
      above: true,
      open: false,
      empty: false,
      width: 520,
      anchor: this.root,
      active: () => /^\/[^\n]*$/.test(this.input.value) && !this.exact(),
      complete: async (words) => this.matching(words.slice(1)),
      choose: (choice) => this.choose(choice.command),
    });
    this.input.addEventListener("input", () => {
      this.grow();
      const exact = this.exact();
      if (exact && exact.command.options.length) this.choose(exact.command, exact.rest);
    });
    this.input.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
        event.preventDefault();
        this.sendWords();
      }
    });
  }

  grow() {
    this.input.style.height = "auto";
    this.input.style.height = `${Math.min(this.input.scrollHeight, 200)}px`;
  }

  matching(words) {
    const wanted = fold(words.trim());
    const rank = (command) => {
      const name = fold(command.words);
      if (name.startsWith(wanted)) return 0;
      if (command.name.startsWith(wanted)) return 1;
      return name.includes(wanted) ? 2 : fold(command.description).includes(wanted) ? 3 : 9;
    };
    return this.page.state.commands
      .map((command) => [rank(command), command])
      .filter(([score]) => score < 9)
      .sort((one, other) => one[0] - other[0])
      .map(([, command]) => ({ command, label: `/${command.words}`, hint: command.description }));
  }

  // The command whose whole name, and a space, begins the line.
  exact() {
    const line = this.input.value;
    if (!line.startsWith("/") || !line.includes(" ")) return null;
    const typed = fold(line.slice(1));
    const starts = (command, name) => typed.startsWith(`${fold(name)} `) && { command, length: name.length };
    const longest = this.page.state.commands.map((command) => starts(command, command.words) || starts(command, command.name)).filter(Boolean).sort((one, other) => other.length - one.length)[0];
    if (!longest) return null;
    const more = this.page.state.commands.some((command) => command.words.length > longest.length && fold(command.words).startsWith(typed.trimEnd()) && command !== longest.command);
    return more ? null : { command: longest.command, rest: line.slice(longest.length + 2) };
  }

  choose(command, rest = "") {
    if (!command.options.length) return this.run(command, {});
    this.completion.hide();
    this.command = command;
    const hint = element("p", { class: "command-hint", id: `${this.root.id}-hint`, "aria-live": "polite" }, command.description);
    const inputs = command.options.map((option) => this.optionInput(option, hint, command));
    const chip = element("span", { class: "chip" }, `/${command.words}`);
    const leave = element("button", { type: "button", class: "icon-button", "aria-label": t("cancel"), onclick: () => this.back() }, icon("close"));
    const send = element("button", { type: "button", class: "icon-button send", "aria-label": t("send"), onclick: () => this.sendCommand() }, icon("send"));
    const bar = element(
      "div",
      { class: "box command", role: "group", "aria-label": `/${command.words}: ${command.description}` },
      leave,
      element("div", { class: "options" }, chip, command.options.map((option, index) => element("div", { class: `command-option ${option.required ? "" : "may"}` }, element("label", { for: inputs[index].id }, option.words, option.required ? null : element("small", {}, t("optional"))), inputs[index]))),
      send,
    );
    this.inputs = inputs;
    this.settling = [];
    this.root.replaceChildren(hint, bar);
    command.options.forEach((option, index) => {
      if (inputs[index].dataset.source) this.settling.push(finder(inputs[index], this.page.context(), { choices: option.choices, above: true, anchor: hint, chosen: () => this.next(index) }));
    });
    if (rest) inputs[0].value = rest;
    inputs[0].focus();
  }

  optionInput(option, hint, command) {
    const source = { member: "member", channel: "channel", choice: "choice", search: "search", yes: "yes" }[option.kind];
    const input = element("input", {
      type: option.kind === "date" ? "date" : "text",
      id: `${this.root.id}-option-${option.name}`,
      autocomplete: "off",
      maxlength: option.kind === "text" ? option.maximum : null,
      "aria-describedby": hint.id,
      data: { name: option.name, kind: option.kind, ...(source ? { source } : {}), ...(option.suggest ? { suggest: option.suggest } : {}) },
    });
    const fit = () => input.style.setProperty("--width", `${Math.max(12, Math.min([...input.value].length + 2, 48))}ch`);
    fit();
    input.addEventListener("input", fit);
    input.addEventListener("focus", () => hint.replaceChildren(element("b", {}, option.words), ` ${option.description} `, element("span", { class: "keys" }, t("command_keys"))));
    input.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && !event.isComposing) {
        event.preventDefault();
        this.sendCommand();
      } else if (event.key === "Escape" || (event.key === "Backspace" && !input.value && command.options[0] === option)) {
        event.preventDefault();
        this.back();
      }
    });
    return input;
  }

  next(index) {
    const following = this.inputs[index + 1];
    if (following && this.command.options[index + 1].required) following.focus();
  }

  back() {
    this.draw();
    this.input.focus();
  }

  async sendCommand() {
    const { command } = this;
    await Promise.all(this.settling.map((settle) => settle()));
    const values = {};
    for (const input of this.inputs) {
      const { name, kind, value } = input.dataset;
      if (kind === "member" || kind === "channel") {
        if (value) values[name] = { [kind]: value };
      } else if (input.value.trim()) values[name] = value || input.value.trim();
    }
    await this.run(command, values);
  }

  async run(command, values) {
    const { conversation, thread } = this.target();
    this.back();
    await this.page.command(command.name, values, { conversation, thread });
  }

  async sendWords() {
    const words = this.input.value.trim();
    if (!words) return;
    const { conversation, thread } = this.target();
    this.input.value = "";
    this.grow();
    this.completion.hide();
    const accepted = await this.page.write(words, conversation, thread);
    if (!accepted && !this.input.value) {
      this.input.value = words;
      this.grow();
    }
    this.input.focus();
  }
}
