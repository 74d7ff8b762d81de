// Makes and updates elements. Words only ever become text; HTML is taken from the server's renderer alone.

export function element(name, properties = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(properties)) {
    if (value === undefined || value === null || value === false) continue;
    if (key === "class") made.className = value;
    else if (key === "data") Object.assign(made.dataset, value);
    else if (key.startsWith("on")) made.addEventListener(key.slice(2), value);
    else made.setAttribute(key, value === true ? "" : value);
  }
  made.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
  return made;
}

export const at = (id) => document.getElementById(id);

// Brings a list up to date by key, leaving alone what did not change, so that focus and open menus stay.
export function reconcile(list, items, build) {
  const present = new Map([...list.children].map((node) => [node.dataset.key, node]));
  let previous = null;
  for (const item of items) {
    let node = present.get(item.key);
    present.delete(item.key);
    if (!node || node.dataset.signature !== item.signature) {
      const fresh = build(item);
      fresh.dataset.key = item.key;
      fresh.dataset.signature = item.signature;
      if (node) {
        const focused = node.contains(document.activeElement);
        node.replaceWith(fresh);
        if (focused) refocus(fresh);
      }
      node = fresh;
    }
    const place = previous ? previous.nextSibling : list.firstChild;
    if (place !== node) list.insertBefore(node, place);
    previous = node;
  }
  for (const node of present.values()) node.remove();
}

const keyOf = (node) => node.id || node.firstElementChild?.id || "";

// Brings an element to what a fresh one says while keeping it and its children (by id where they have one): a press that began on a
// link still ends on it, and focus and scroll positions stay.
export function become(kept, fresh) {
  if (kept.nodeName !== fresh.nodeName) return kept.replaceWith(fresh);
  if (kept.nodeType === Node.TEXT_NODE) return void (kept.data === fresh.data || (kept.data = fresh.data));
  for (const { name } of [...kept.attributes]) if (!fresh.hasAttribute(name)) kept.removeAttribute(name);
  for (const { name, value } of fresh.attributes) if (kept.getAttribute(name) !== value) kept.setAttribute(name, value);
  const known = new Map([...kept.childNodes].filter(keyOf).map((node) => [keyOf(node), node]));
  let place = kept.firstChild;
  for (const wanted of [...fresh.childNodes]) {
    const key = keyOf(wanted);
    const node = key ? known.get(key) : place && !keyOf(place) ? place : null;
    if (!node) {
      kept.insertBefore(wanted, place);
      continue;
    }
    if (node === place) place = place.nextSibling;
    else kept.insertBefore(node, place);
    become(node, wanted);
  }
  while (place) {
    const next = place.nextSibling;
    place.remove();
    place = next;
  }
}

function refocus(node) {
  const target = node.querySelector(".card button, .card a[href]") ?? node;
  if (target === node) node.tabIndex = -1;
  target.focus({ preventScroll: true });
}

const paths = {
  hash: "M9 4 7 20M17 4l-2 16M4.5 9h16M3.5 15h16",
  home: "M4 11.5 12 5l8 6.5V20h-5.5v-5h-5v5H4z",
  people: "M9 11a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7Zm-6 9c.4-3.6 2.9-5.5 6-5.5s5.600 1.900 6 5.500M16 4.300a3.500 3.500 0 0 1 0 6.400M17.500 14.900c2 .8 3.200 2.500 3.500 5.100",
  bubble: "M4 5h16v11H11l-5 4v-4H4z",
  dots: "M5.500 12h.01M12 12h.01M18.500 12h.01",
  close: "M6 6l12 12M18 6 6 18",
  bars: "M4 7h16M4 12h16M4 17h16",
  send: "M4 12 20 4l-5 16-3.500-6.500z",
  slash: "M15 5 9 19",
  eye: "M2.500 12S6 5.500 12 5.500 21.500 12 21.500 12 18 18.500 12 18.500 2.500 12 2.500 12Zm9.500 2.800a2.800 2.800 0 1 0 0-5.600 2.800 2.800 0 0 0 0 5.600Z",
  sun: "M12 16a4 4 0 1 0 0-8 4 4 0 0 0 0 8Zm0-13v2m0 14v2M3 12h2m14 0h2M5.600 5.600 7 7m10 10 1.400 1.400m0-12.800L17 7M7 17l-1.400 1.400",
  moon: "M20 14.500A8.500 8.500 0 0 1 9.500 4 8.500 8.500 0 1 0 20 14.500Z",
  half: "M12 3.500a8.500 8.500 0 1 0 0 17Zm0 0a8.500 8.500 0 0 1 0 17",
  plus: "M12 5v14M5 12h14",
  clock: "M12 20.500a8.500 8.500 0 1 0 0-17 8.500 8.500 0 0 0 0 17ZM12 7.500V12l3 2",
  chevron: "m8 10 4 4 4-4",
};

export function icon(name) {
  const space = "http://www.w3.org/2000/svg";
  const drawing = document.createElementNS(space, "svg");
  drawing.setAttribute("viewBox", "0 0 24 24");
  drawing.setAttribute("aria-hidden", "true");
  drawing.setAttribute("class", "icon");
  const path = document.createElementNS(space, "path");
  path.setAttribute("d", paths[name]);
  drawing.append(path);
  return drawing;
}

export function avatar(who, size = "") {
  return element("span", { class: `avatar hue-${who.colour ?? 12} ${size}`, "aria-hidden": "true" }, who.initials ?? "C");
}

// Puts an element of the top layer next to another, inside the window.
// With `above`, over the top of `over`.
export function beside(floating, anchor, { above = false, width = 0, over = anchor } = {}) {
  const box = anchor.getBoundingClientRect();
  if (width) floating.style.width = `${Math.min(width, innerWidth - 16)}px`;
  const size = floating.getBoundingClientRect();
  const up = above || (box.bottom + size.height + 8 > innerHeight && box.top > size.height + 8);
  const top = up ? over.getBoundingClientRect().top - size.height - 6 : box.bottom + 6;
  floating.style.top = `${Math.max(8, Math.min(top, innerHeight - size.height - 8))}px`;
  floating.style.left = `${Math.max(8, Math.min(box.left, innerWidth - size.width - 8))}px`;
}
