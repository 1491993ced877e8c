/* Say that a file is too large before it is sent. Without this file the server says it afterwards. */

const input = document.querySelector("input[type=file][data-limit-mb]");

input?.addEventListener("change", () => {
  const limit = Number(input.dataset.limitMb) * 2 ** 20;
  const isTooLarge = [...input.files].some((file) => file.size > limit);
  input.setCustomValidity(isTooLarge ? input.dataset.tooLarge : "");
  input.reportValidity();
});
