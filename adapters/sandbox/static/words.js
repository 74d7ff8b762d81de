// The page's words, dates and times, in the language and zone of whoever looks.

let phrases = {};
let locale = "en";
let zone = "UTC";
let ahead = 0;

export function speak(state) {
  phrases = state.phrases;
  locale = state.locale;
  zone = state.me?.zone ?? "UTC";
  ahead = new Date(state.now) - Date.now();
  document.documentElement.lang = locale;
}

export function t(key, values = {}) {
  return (phrases[key] ?? key).replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
}

export const many = (key, count) => t(count === 1 ? `${key}_one` : `${key}_many`, { count });

export const fold = (words) => words.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();

const formats = new Map();
function format(options, language = locale, where = zone) {
  const key = JSON.stringify([options, language, where]);
  if (!formats.has(key)) formats.set(key, new Intl.DateTimeFormat(language, { timeZone: where, ...options }));
  return formats.get(key);
}

const now = () => new Date(Date.now() + ahead);
const dayKey = (moment) => format({ year: "numeric", month: "2-digit", day: "2-digit" }, "en-CA").format(moment);

export function day(iso) {
  const moment = new Date(iso);
  if (dayKey(moment) === dayKey(now())) return t("today");
  if (dayKey(moment) === dayKey(new Date(now() - 86400000))) return t("yesterday");
  const far = Math.abs(now() - moment) > 200 * 86400000;
  return format({ weekday: "long", day: "numeric", month: "long", ...(far ? { year: "numeric" } : {}) }).format(moment);
}

export const clock = (iso, where = zone) => format({ timeStyle: "short" }, locale, where).format(new Date(iso));
export const full = (iso) => format({ dateStyle: "full", timeStyle: "short" }).format(new Date(iso));
export const instant = (iso) => format({ weekday: "long", day: "numeric", month: "long", hour: "numeric", minute: "2-digit" }).format(iso ? new Date(iso) : now());
export const dated = (iso) => format({ weekday: "short", day: "numeric", month: "short" }).format(iso ? new Date(iso) : now());
export const hour = () => clock(now().toISOString());
export const clockAt = (where) => clock(now().toISOString(), where);

// "5 minutes ago" within the hour, the time of day after it.
export function ago(iso) {
  const seconds = (new Date(iso) - now()) / 1000;
  if (seconds > -45 && seconds < 45) return t("now");
  if (seconds < 0 && seconds > -3600) return relative(seconds, locale);
  return clock(iso);
}

function relative(seconds, language) {
  const steps = [["day", 86400], ["hour", 3600], ["minute", 60]];
  const [unit, size] = steps.find(([, one]) => Math.abs(seconds) >= one) ?? ["second", 1];
  return new Intl.RelativeTimeFormat(language, { numeric: "auto" }).format(Math.round(seconds / size), unit);
}

// Writes the instants in a card in the zone of whoever reads it.
export function tellTimes(root) {
  for (const time of root.querySelectorAll("time[data-style]")) {
    const language = time.closest("[lang]").lang || locale;
    const moment = new Date(time.dateTime);
    const options = {
      date: { dateStyle: "full" },
      time: { timeStyle: "short" },
      full: { dateStyle: "full", timeStyle: "short" },
    }[time.dataset.style];
    time.title = format({ dateStyle: "full", timeStyle: "short" }, language).format(moment);
    time.textContent = options ? format(options, language).format(moment) : relative((moment - now()) / 1000, language);
  }
}
