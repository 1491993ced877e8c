/* Keys on the page that says what lines are: j and k move, 1 to 9 choose, Enter accepts, u undoes,
   ? helps. Without this file the forms are filled in and sent as forms are. */

const wordings = [...document.querySelectorAll(".wording")];
const help = document.getElementById("keys");
const helpButton = document.getElementById("keys-button");

const current = () => wordings.findIndex((wording) => wording.contains(document.activeElement));

function move(step) {
  const at = current();
  const next = at < 0 ? 0 : Math.min(Math.max(at + step, 0), wordings.length - 1);
  wordings[next]?.focus({ preventScroll: true });
  wordings[next]?.scrollIntoView({ block: "nearest" });
}

function choose(number) {
  const choices = wordings[current()]?.querySelectorAll("input[name=choice]");
  const chosen = choices?.[number - 1];
  // The last one is for a category to be typed.
  if (!chosen || number === choices.length) return;
  chosen.checked = true;
  chosen.dispatchEvent(new Event("change", { bubbles: true }));
}

function toggleHelp() {
  help.hidden = !help.hidden;
  helpButton.setAttribute("aria-expanded", String(!help.hidden));
}

const KEYS = {
  j: () => move(1),
  k: () => move(-1),
  u: () => document.querySelector("#undo button")?.click(),
  "?": toggleHelp,
  Enter: () => wordings[current()]?.querySelector("button")?.click(),
};

function isTyping(target) {
  return target.closest("input:not([type=radio]), select, textarea") !== null;
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  if (!helpButton || isTyping(event.target)) return;
  // On a link, a button or a fold, Enter does what it does everywhere.
  if (event.key === "Enter" && event.target.closest("a, button, summary")) return;
  const act = /^[1-9]$/.test(event.key) ? () => choose(Number(event.key)) : KEYS[event.key];
  if (!act) return;
  event.preventDefault();
  act();
});

for (const wording of wordings) {
  const typed = wording.querySelector("input[name=other]");
  const first = wording.querySelector("input[name=choice]:checked");
  const product = wording.querySelector("input[name=product]:checked");
  typed?.addEventListener("input", () => {
    typed.closest("label").querySelector("input[type=radio]").checked = true;
  });
  wording.addEventListener("change", ({ target }) => {
    if (target.name !== "choice") return;
    if (!target.closest("label").contains(typed)) typed.value = "";
    // A product goes with its category: for another one none is chosen yet.
    const none = wording.querySelector('input[name=product][value=""]');
    const fitting = target === first ? product : none;
    if (fitting) fitting.checked = true;
  });
}

if (helpButton) {
  helpButton.hidden = false;
  helpButton.addEventListener("click", toggleHelp);
  wordings.find((wording) => `#${wording.id}` === location.hash)?.focus({ preventScroll: true });
}
