/* Keys on every page: "/" to search, "g" and a letter to go, "?" for the list of them. A link says
   its letter itself (data-key), so a page has the keys of its links. Without this file the list is
   the page /keyboard, and the keys do what the browser does. */

const { keys: helpAddress, search: searchAddress } = document.body.dataset;
const PAUSE_MS = 1500;
let isGoing = 0;

const isTyping = (target) => target.closest?.("input:not([type=checkbox], [type=radio]), select, textarea, [contenteditable], dialog[open]");

function focusSearch() {
  const box = document.getElementById("q") ?? document.querySelector('main input[type="search"]');
  if (!box) {
    location.assign(searchAddress);
    return;
  }
  box.focus();
  box.select();
}

function go(letter) {
  const link = document.querySelector(`a[data-key="${CSS.escape(letter)}"]`);
  if (link) location.assign(link.href);
  return Boolean(link);
}

async function help() {
  let sheet = document.getElementById("keys-sheet");
  if (!sheet) {
    const answer = await fetch(helpAddress);
    if (!answer.ok) return location.assign(helpAddress);
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    sheet = document.createElement("dialog");
    sheet.id = "keys-sheet";
    sheet.setAttribute("aria-labelledby", "keys-title");
    sheet.append(page.getElementById("keyboard"));
    document.body.append(sheet);
    sheet.querySelector("form")?.removeAttribute("hidden");
    sheet.addEventListener("click", (event) => event.target === sheet && sheet.close());
  }
  sheet.showModal();
}

// On the window, so that a page with keys of its own has been asked before.
window.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
  if (isTyping(event.target)) return;
  const wasGoing = Date.now() - isGoing < PAUSE_MS;
  isGoing = 0;
  if (event.key === "g" && !wasGoing) {
    isGoing = Date.now();
  } else if (wasGoing && /^[a-z]$/.test(event.key)) {
    if (go(event.key)) event.preventDefault();
  } else if (event.key === "/") {
    event.preventDefault();
    focusSearch();
  } else if (event.key === "?") {
    event.preventDefault();
    help();
  }
});
