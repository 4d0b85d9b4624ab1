/* Takes the code out of the link that was scanned; a person still taps the button. */
"use strict";
(function () {
  const field = document.getElementById("pair-code");
  const said = document.getElementById("pair-said");
  if (!field) return;
  function grouped(text) {
    const letters = text.toUpperCase().replace(/[^0-9A-Z]/g, "").slice(0, 8);
    return letters.length > 4 ? letters.slice(0, 4) + "-" + letters.slice(4) : letters;
  }
  function take() {
    const code = grouped(decodeURIComponent(location.hash.slice(1)));
    if (code.length !== 9) return;
    field.value = code;
    /* The code is good once: it has no place in the history. */
    history.replaceState(null, "", location.pathname);
    if (said && said.dataset.filled) said.textContent = said.dataset.filled;
    document.querySelector(".pair-form button.pair-go").focus();
  }
  field.addEventListener("input", function () {
    if (field.selectionStart === field.value.length) field.value = grouped(field.value);
  });
  window.addEventListener("hashchange", take);
  try {
    take();
  } catch (error) {
    if (!(error instanceof URIError)) throw error;
  }
})();
