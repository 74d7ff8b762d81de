// Talks to the sandbox's own server: questions, acts, and the stream of what changes.

import { t } from "./words.js";

async function answer(request) {
  let response;
  try {
    response = await request;
  } catch {
    throw new Error(t("problem"));
  }
  const content = await response.json().catch(() => ({}));
  if (!response.ok) throw new Error(content.problem ?? t("problem"));
  return content;
}

export const ask = (what, parameters) => answer(fetch(`/api/${what}?${new URLSearchParams(parameters)}`));

export const act = (what) =>
  answer(
    fetch(`/api/act?${new URLSearchParams({ person: what.person ?? "" })}`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(what),
    }),
  );

// Calls `changed` when something did, and when the connection is there (again), so that nothing is missed. Tries again by itself.
export function listen(person, changed, connected) {
  let source;
  let timer;
  let wait = 500;
  const open = () => {
    source = new EventSource(`/api/live?${new URLSearchParams({ person })}`);
    source.onmessage = () => {
      wait = 500;
      connected(true);
      changed();
    };
    source.onerror = () => {
      connected(false);
      source.close();
      timer = setTimeout(open, wait);
      wait = Math.min(wait * 2, 8000);
    };
  };
  open();
  return () => {
    clearTimeout(timer);
    source.close();
  };
}
