/* The frame of every page: menus that close, copy buttons, and lists that keep the last filter of
   the visit. Without this file menus open and close by their heading, and the rest is not shown. */

const STICKY = ["/projects", "/divisions", "/cases", "/findings", "/submissions"];

function closeMenus(except) {
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    if (menu !== except) menu.open = false;
  }
}

document.addEventListener("click", ({ target }) => closeMenus(target.closest("details.menu")));
document.addEventListener("keydown", (event) => {
  const menu = event.key === "Escape" && document.querySelector("details.menu[open]");
  if (!menu) return;
  menu.open = false;
  menu.querySelector("summary").focus();
});

async function copy(text) {
  // Only pages over HTTPS may use the clipboard; elsewhere the text is marked and copied.
  if (navigator.clipboard) return navigator.clipboard.writeText(text);
  const field = document.createElement("textarea");
  field.value = text;
  document.body.append(field);
  field.select();
  document.execCommand("copy");
  field.remove();
}

function showCopyButtons(root) {
  for (const button of root.querySelectorAll("button[data-copy][hidden]")) button.hidden = false;
}

document.addEventListener("click", async ({ target }) => {
  const button = target.closest?.("button[data-copy]");
  if (!button || button.dataset.was) return;
  await copy(button.dataset.copy);
  button.focus();
  button.dataset.was = button.innerHTML;
  button.textContent = button.dataset.copied;
  button.setAttribute("aria-live", "polite");
  setTimeout(() => {
    button.innerHTML = button.dataset.was;
    delete button.dataset.was;
  }, 1500);
});
showCopyButtons(document);
document.addEventListener("htmx:afterSwap", ({ target }) => showCopyButtons(target));

/* A list's address without a filter leads to the filter that was looked at last, but not on the
   list itself, where it takes the filter off. */
function keepFilter() {
  const here = location.pathname;
  const asked = new URLSearchParams(location.search);
  asked.delete("lang");
  if (STICKY.includes(here)) sessionStorage.setItem(`filter:${here}`, asked.toString());
  for (const path of STICKY) {
    const kept = sessionStorage.getItem(`filter:${path}`);
    if (path === here || !kept) continue;
    for (const link of document.querySelectorAll(`a[href="${path}"]`)) link.search = kept;
  }
}

keepFilter();
