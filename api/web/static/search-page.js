/* The search page while one types: results after a pause, one step back for one search, and facets
   that stay as they were opened. Without this file the form is sent as forms are. */

const form = document.getElementById("search");
const box = document.getElementById("q");
const results = document.getElementById("results");
const PAUSE_MS = 200;
let timer = 0;
let searched = box.value.trim();
let endsInTyping = false;
let wasOpen = new Map();

function search() {
  const words = box.value.trim();
  if (words === searched) return;
  searched = words;
  box.dispatchEvent(new CustomEvent("words", { bubbles: true }));
}

function later() {
  clearTimeout(timer);
  timer = setTimeout(search, PAUSE_MS);
}

// Characters that are still being composed are not words yet.
box.addEventListener("input", (event) => event.isComposing || later());
box.addEventListener("compositionstart", () => clearTimeout(timer));
box.addEventListener("compositionend", later);
form.addEventListener("submit", () => {
  clearTimeout(timer);
  searched = box.value.trim();
});

// One goes back over searches, not over letters: of words typed in one go only the last are kept.
document.body.addEventListener("htmx:beforeHistoryUpdate", (event) => {
  const { history, requestConfig } = event.detail;
  const isTyping = requestConfig.triggeringEvent?.type === "words";
  const isSame = history.path === location.pathname + location.search;
  if (isSame || (isTyping && endsInTyping)) history.type = "replace";
  endsInTyping = isTyping;
});

// To tick a product for comparison is no search.
const keep = (event) => event.target.name === "key" && event.stopPropagation();
results.addEventListener("change", keep, { capture: true });

const facets = () => results.querySelectorAll("details[id]");
document.body.addEventListener("htmx:beforeSwap", () => {
  wasOpen = new Map([...facets()].map((facet) => [facet.id, facet.open]));
});
document.body.addEventListener("htmx:afterSwap", () => {
  for (const facet of facets()) facet.open = wasOpen.get(facet.id) ?? facet.open;
});
