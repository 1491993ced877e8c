/* The search box as a combobox (ARIA 1.2): suggestions while one types.
   Without this file the box is a plain field of a form. */

const box = document.getElementById("q");
const list = document.getElementById("suggestions");
const PAUSE_MS = 120;
let timer = 0;
let asked = new AbortController();
let asIs = box.value;

const options = () => [...list.children];
const active = () => list.querySelector('[aria-selected="true"]');

function close() {
  clearTimeout(timer);
  asked.abort();
  list.hidden = true;
  list.replaceChildren();
  box.setAttribute("aria-expanded", "false");
  box.removeAttribute("aria-activedescendant");
}

async function suggest() {
  asked.abort();
  asked = new AbortController();
  const words = box.value.trim();
  if (!words) {
    close();
    return;
  }
  try {
    const address = `${box.dataset.suggestions}?${new URLSearchParams({ q: words })}`;
    const answer = await fetch(address, { signal: asked.signal });
    const html = answer.ok ? await answer.text() : "";
    if (document.activeElement === box) show(html);
  } catch (error) {
    // An aborted question has been asked anew, and without a network there is still the form.
    if (error.name !== "AbortError") close();
  }
}

function show(html) {
  list.innerHTML = html;
  list.hidden = list.children.length === 0;
  box.setAttribute("aria-expanded", String(!list.hidden));
  box.removeAttribute("aria-activedescendant");
  asIs = box.value;
}

function move(step) {
  const all = options();
  const at = all.indexOf(active());
  // Beyond either end stands what was typed.
  const next = ((at + step + 1 + all.length + 1) % (all.length + 1)) - 1;
  all.forEach((option, place) => option.setAttribute("aria-selected", String(place === next)));
  if (next < 0) {
    box.removeAttribute("aria-activedescendant");
    box.value = asIs;
  } else {
    box.setAttribute("aria-activedescendant", all[next].id);
    box.value = all[next].dataset.words;
    all[next].scrollIntoView({ block: "nearest" });
  }
}

function choose(option) {
  box.value = option.dataset.words;
  close();
  box.form.requestSubmit();
}

function onKey(event) {
  // While characters are being composed, the keys belong to the input method.
  if (event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    event.preventDefault();
    if (list.hidden) suggest();
    else move(event.key === "ArrowDown" ? 1 : -1);
  } else if (event.key === "Escape" && !list.hidden) {
    event.preventDefault();
    leave();
  }
}

function leave() {
  if (active()) box.value = asIs;
  close();
}

function later() {
  clearTimeout(timer);
  timer = setTimeout(suggest, PAUSE_MS);
}

box.setAttribute("role", "combobox");
box.setAttribute("aria-autocomplete", "list");
box.setAttribute("aria-expanded", "false");
box.setAttribute("aria-controls", list.id);
box.addEventListener("keydown", onKey);
box.addEventListener("input", (event) => event.isComposing || later());
box.addEventListener("compositionend", later);
box.addEventListener("blur", leave);
box.form.addEventListener("submit", close);
// The box keeps the focus while an option is pressed, or the list would close under the finger.
list.addEventListener("pointerdown", (event) => event.preventDefault());
list.addEventListener("mousedown", (event) => event.preventDefault());
list.addEventListener("click", (event) => {
  const option = event.target.closest('[role="option"]');
  if (option) choose(option);
});
